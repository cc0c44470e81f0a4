"""The index on a Qdrant cluster, over gRPC."""
