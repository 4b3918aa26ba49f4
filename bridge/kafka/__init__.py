"""Kafka's edge: the only package that knows aiokafka."""
