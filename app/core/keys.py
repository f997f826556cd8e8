"""The keys: one master key in a file outside backups, all others derived from it."""

import base64
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core import settings

NONCE_BYTES = 12


_chosen: ContextVar[bytes | None] = ContextVar("master_key", default=None)


def master_key() -> bytes:
    """Return the 32-byte master key, made on first use."""
    return _chosen.get() or _read_or_make(master_key_path())


def has_master_key() -> bool:
    """Tell whether there is a master key without making one."""
    return master_key_path().exists()


@contextmanager
def using(master: bytes) -> Iterator[None]:
    """Derive every key in the block from this master key."""
    token = _chosen.set(master)
    try:
        yield
    finally:
        _chosen.reset(token)


def write_key(path: Path, key: bytes) -> None:
    """Write a key into a file that nobody else reads; returns once the disk has it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(key).decode())
        file.flush()
        os.fsync(file.fileno())


def read_key(path: Path) -> bytes:
    """Return the key in a file."""
    return base64.b64decode(path.read_text())


def forget_cached() -> None:
    """Read every key's file anew."""
    _read_or_make.cache_clear()


def secret_key() -> str:
    """Return what signs cookies: the setting, or a secret made on first use."""
    chosen = settings.current()
    return chosen.secret_key or _read_or_make(chosen.instance / "secret.key").hex()


def master_key_path() -> Path:
    """Return where the master key is."""
    chosen = settings.current()
    return Path(chosen.master_key_file or chosen.instance / "master.key")


@lru_cache(maxsize=8)
def _read_or_make(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_text())
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)).decode())
    return base64.b64decode(path.read_text())


@lru_cache(maxsize=32)
def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(master)


def derived_key(purpose: str) -> bytes:
    """Derive a 32-byte key for one purpose (HKDF, RFC 5869)."""
    return _derive(master_key(), purpose)


def seal(plain: bytes, *, key: bytes, context: str) -> bytes:
    """Encrypt with AES-256-GCM; ``context`` must be the same to open it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def open_sealed(sealed: bytes, *, key: bytes, context: str) -> bytes:
    """Decrypt what ``seal`` made.

    Raises:
        cryptography.exceptions.InvalidTag: another key or context, or it was altered.
    """
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode())
