"""The chart, on a real Kubernetes API: what its server takes, refuses and warns of."""
