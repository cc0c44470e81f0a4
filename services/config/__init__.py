"""Config: serves immutable manifests."""
