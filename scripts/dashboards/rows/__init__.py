"""The rows of the dashboards, each with what its panels ask and say."""
