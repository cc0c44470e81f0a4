"""Retrieval: finds the passages for a question."""
