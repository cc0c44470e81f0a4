"""The edge: turns browser HTTP into one core stream."""
