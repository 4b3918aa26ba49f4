"""The demo: everything embedded, nothing else installed or running."""
