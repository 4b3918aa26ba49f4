"""The dashboards, as code: `make dashboards` writes helm/omeda-bridge/dashboards/.

A row of panels is a module in rows/; queries.py writes PromQL from the names of the metrics'
catalogue; drawing.py turns panels into what Grafana reads.
"""
