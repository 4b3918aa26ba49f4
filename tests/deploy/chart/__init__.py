"""The chart: rendered, and held against Kubernetes and against the bridge."""
