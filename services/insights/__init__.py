"""Insights: records what happened."""
