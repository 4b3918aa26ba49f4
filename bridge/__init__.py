"""Delivers events from Kafka to Omeda: at least once, in order for each customer."""

__version__ = "0.1.0"
