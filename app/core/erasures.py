"""Whom we have forgotten, in a file outside the database, so that a restore forgets them again.

A line is written before the database changes: if that fails, the next replay carries it out.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.core import settings


class ErasureListDamaged(ValueError):
    """A line of the erasure list is not readable."""


@dataclass(frozen=True)
class Erasure:
    """One person who is to stay forgotten: an id and a moment, nothing of them."""

    person_id: UUID
    at: datetime


def path() -> Path:
    """Return where the list is."""
    chosen = settings.current()
    return Path(chosen.erasure_list_file or chosen.instance / "erasures.jsonl")


def add(erasure: Erasure) -> None:
    """Write one person down for good; returns once the disk has it."""
    path().parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"person": str(erasure.person_id), "at": erasure.at.isoformat()})
    with path().open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def read() -> list[Erasure]:
    """Return everybody on the list, oldest first.

    Raises:
        ErasureListDamaged: a line before the last is not readable; a last one that was cut off
            while it was written belongs to a change that was not made.
    """
    try:
        lines = path().read_text().split("\n")
    except FileNotFoundError:
        return []
    return [_read(number, line) for number, line in enumerate(lines[:-1], start=1) if line]


def _read(number: int, line: str) -> Erasure:
    try:
        told = json.loads(line)
        return Erasure(UUID(told["person"]), datetime.fromisoformat(told["at"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ErasureListDamaged(f"{path()}, line {number}: {error}") from error
