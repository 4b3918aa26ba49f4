"""Measurements. Each prints what it measured and how; nothing here asserts."""
