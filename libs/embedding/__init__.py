"""Text embeddings with weights from the package registry."""
