"""The kernel: errors, identity, deadlines, manifests, settings, RPC and processes."""
