"""What is deployed: image, chart, alerts, dashboards."""
