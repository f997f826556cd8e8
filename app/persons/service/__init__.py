"""Exporting and forgetting persons, and changing the key that protects them."""

from app.persons.service.forgetting import (
    Export,
    PersonStillNeeded,
    expire,
    expired,
    export,
    forget,
    is_alarming,
    replay,
)
from app.persons.service.rotating import KeyUnderWay, rotate

__all__ = [
    "Export",
    "KeyUnderWay",
    "PersonStillNeeded",
    "expire",
    "expired",
    "export",
    "forget",
    "is_alarming",
    "replay",
    "rotate",
]
