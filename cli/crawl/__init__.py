"""Reads websites, politely."""
