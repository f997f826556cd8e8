"""What a stop rests on, as a fingerprint whose parts can be compared one by one."""

import hashlib
import json
from typing import Any

PARTS = ("job", "place", "shift", "pins")
WIDTH = 16


def digest(facts: Any) -> str:
    """Return 16 hex digits that change whenever the facts do."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:WIDTH]


def fingerprint(*, job: str, place: str, shift: str, pins: str) -> str:
    """Join the digests of a stop's parts into its 64 digits."""
    return job + place + shift + pins


def changed(before: str, now: str) -> list[str]:
    """Name the parts that differ: ``job``, ``place``, ``shift``, ``pins``."""
    return [
        part
        for at, part in enumerate(PARTS)
        if before[at * WIDTH : (at + 1) * WIDTH] != now[at * WIDTH : (at + 1) * WIDTH]
    ]
