"""Evaluations: what answers are like, on questions and documents that stay the same."""
