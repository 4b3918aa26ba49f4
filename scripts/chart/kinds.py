"""The words that schemas are made of."""

from typing import Any

Schema = dict[str, Any]

BOOLEAN: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1}
LABEL: Schema = {"type": "string", "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$"}
"""What DNS allows, or nothing."""
DURATION: Schema = {
    "type": "string",
    "minLength": 2,
    "pattern": "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
}
WINDOW: Schema = {"type": "integer", "minimum": 0, "maximum": 3600}
"""Kubernetes refuses a longer one; KEDA would take it, and scale nothing."""
PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
QUANTITY: Schema = {"type": ["string", "number"]}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
KUBERNETES: Schema = {"type": "object"}
"""What Kubernetes itself holds against its own schema, when it is applied."""


def count(least: int = 0) -> Schema:
    """A whole number."""
    return {"type": "integer", "minimum": least}


def said(text: str, kind: Schema) -> Schema:
    """*kind*, described."""
    return {**kind, "description": text}


def strict(text: str, *required: str, **keys: Schema) -> Schema:
    """An object with these keys and no other."""
    found: Schema = {"type": "object", "additionalProperties": False, "properties": keys}
    if required:
        found["required"] = list(required)
    return said(text, found)


def many(text: str, item: Schema) -> Schema:
    """A list."""
    return said(text, {"type": "array", "items": item})
