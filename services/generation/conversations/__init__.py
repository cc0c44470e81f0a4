"""Conversations: what was said before, for the reader and for the next answer."""
