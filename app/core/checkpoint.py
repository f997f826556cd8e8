"""The end of the audit chain, kept in a signed file outside the database.

The file only ever moves forward: whoever moves it holds a file lock, reads it again, and keeps the
greater position. Operators put it where those who can write to the database cannot.
"""

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core import keys, settings
from app.core.failpoints import fail


@dataclass(frozen=True)
class End:
    """The end of the chain at some moment."""

    position: int
    digest: str


def path() -> Path:
    """Return where the file is."""
    chosen = settings.current()
    return Path(chosen.audit_checkpoint_file or chosen.instance / "audit-checkpoint.json")


def read() -> End | None:
    """Return the end of the chain as it is kept outside the database; ``None`` without a file.

    Raises:
        ValueError: the file is damaged, or nobody with the master key wrote it.
    """
    try:
        kept = json.loads(path().read_text())
    except FileNotFoundError:
        return None
    try:
        end = End(int(kept["position"]), str(kept["digest"]))
        signed = str(kept["signature"])
    except (KeyError, TypeError) as error:
        raise ValueError("The checkpoint's file is damaged.") from error
    if not hmac.compare_digest(signed, _signature(end)):
        raise ValueError("The checkpoint's signature does not fit.")
    return end


def move(end: End) -> None:
    """Move the file forward to this end; one that is there already, or further, stays."""
    with _locked():
        kept = read()
        if kept is None or kept.position < end.position:
            _write(end)


def renew(end: End) -> None:
    """Write this end whatever the file says; only ever by an operator's command."""
    with _locked():
        _write(end)


@contextmanager
def _locked() -> Iterator[None]:
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write(end: End) -> None:
    fail("checkpoint.before_write")
    fresh = path().with_suffix(".new")
    text = {"position": end.position, "digest": end.digest, "signature": _signature(end)}
    with fresh.open("w") as file:
        file.write(json.dumps(text))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path())


def _signature(end: End) -> str:
    key = keys.derived_key("audit-checkpoint")
    return hmac.new(key, f"{end.position}:{end.digest}".encode(), hashlib.sha256).hexdigest()
