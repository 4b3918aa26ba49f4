"""The admin port: metrics for Prometheus, probes for Kubernetes, a status for people.

It answers GET and HEAD alone, and no page of another origin may read what it says.
"""

from bridge.admin.server import Admin

__all__ = ["Admin"]
