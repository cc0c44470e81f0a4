"""The embedded index on Qdrant Edge, the only package that imports it."""
