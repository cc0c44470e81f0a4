"""Measures the targets of the product beside what a user would take instead."""
