"""Every metric family, declared once. The names are an API; a golden test holds them.

Counters and histograms are fed by the flow as it goes; gauges are read off the status when
Prometheus asks, so that a partition that was taken away is gone from them at once.
Labels: a brand, a kind, a topic, a partition, a bounded word; never a customer or a URL.
"""

from bridge.metrics.families import Metrics

__all__ = ["Metrics"]
