"""Logical snapshots of a tenant's passages, the same whatever engine they come from or go to."""
