"""The whole database in one file, the same for SQLite and PostgreSQL, and back again.

The file is a zip: one member of JSON lines for each table, read at one moment, then the instance's
own files, and a manifest with every member's digest. Keys, the audit's checkpoint and the erasure
list are not in it: they are kept apart, so that a stolen backup is not readable and a restored one
forgets again.
"""

import base64
import hashlib
import hmac
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa

from app.core import checkpoint, clock, erasures, keys, settings
from app.core.db import Base, db, one_snapshot, transact
from app.core.errors import Conflict, Invalid
from app.core.failpoints import fail

FORMAT = 1
BATCH = 1000
MANIFEST = "manifest.json"
KEPT_APART = ("*.key*", "audit-checkpoint*", "erasures*", "*.lock", "*.new")
NOT_KEPT = ("outbox", "__pycache__")


class BackupNotReadable(Invalid):
    """This file is no whole backup of Shifu."""

    code = "backup-not-readable"


class BackupOfOtherVersion(Conflict):
    """The backup has another schema; restore it with the version that made it, then upgrade."""

    code = "backup-of-other-version"


class DatabaseNotEmpty(Conflict):
    """A backup is restored into an empty database only."""

    code = "database-not-empty"


class OtherMasterKey(Conflict):
    """The backup was made under another master key; put that key in its place first."""

    code = "other-master-key"


@dataclass
class Manifest:
    """What a backup says of itself.

    Attributes:
        key_check: Tells whether a master key is the one whose data this is, and nothing of it.
        rows: Rows of each table.
        digests: SHA-256 of each member.
    """

    format: int
    revision: str
    made_at: str
    key_check: str
    rows: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def key_check() -> str:
    """Return what is the same under the same master key."""
    return hmac.new(keys.derived_key("backup"), b"shifu", hashlib.sha256).hexdigest()


def revision() -> str:
    """Return the schema's revision; empty when there is none."""
    if not sa.inspect(db.engine).has_table("alembic_version"):
        return ""
    return db.session.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""


# ── writing ──


def write(path: Path) -> Manifest:
    """Write everything as it is at this moment; whoever works goes on working."""
    fresh = path.with_name(path.name + ".part")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = _write_all(archive)
        file.flush()
        os.fsync(file.fileno())
    fail("backup.before_rename")
    fresh.replace(path)
    return manifest


def _write_all(archive: zipfile.ZipFile) -> Manifest:
    one_snapshot()
    manifest = Manifest(FORMAT, revision(), clock.now().isoformat(), key_check())
    for table in Base.metadata.sorted_tables:
        _write_table(archive, table, manifest)
    db.session.rollback()
    for file in instance_files():
        name = f"files/{file.relative_to(settings.current().instance)}"
        _write_member(archive, name, iter([file.read_bytes()]), manifest)
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
    return manifest


def _write_table(archive: zipfile.ZipFile, table: sa.Table, manifest: Manifest) -> None:
    manifest.rows[table.name] = 0

    def lines() -> Iterator[bytes]:
        chosen = sa.select(table).order_by(*table.primary_key)
        for row in db.session.execute(chosen, execution_options={"yield_per": BATCH}):
            manifest.rows[table.name] += 1
            yield json.dumps([_plain(one) for one in row], ensure_ascii=False).encode() + b"\n"

    header = json.dumps([column.name for column in table.columns]).encode() + b"\n"
    _write_member(archive, _member(table), chain([header], lines()), manifest)


def _member(table: sa.Table) -> str:
    return f"tables/{table.name}.jsonl"


def _write_member(
    archive: zipfile.ZipFile, name: str, chunks: Iterator[bytes], manifest: Manifest
) -> None:
    digest = hashlib.sha256()
    with archive.open(name, "w", force_zip64=True) as member:
        for chunk in chunks:
            digest.update(chunk)
            member.write(chunk)
    manifest.digests[name] = digest.hexdigest()


def instance_files() -> list[Path]:
    """Return the files of the instance that a backup holds."""
    folder = settings.current().instance
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if _is_kept(path, folder)]


def _is_kept(path: Path, folder: Path) -> bool:
    apart = [keys.master_key_path(), checkpoint.path(), erasures.path(), Path(_database_file())]
    beside = any(
        path.parent == one.parent.resolve() and path.name.startswith(one.name) for one in apart
    )
    named = any(path.match(pattern) for pattern in KEPT_APART)
    return not (beside or named or set(path.relative_to(folder).parts) & set(NOT_KEPT))


def _database_file() -> str:
    return db.engine.url.database or ""


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


# ── reading ──


def check(path: Path) -> Manifest:
    """Read a backup to its end and compare every digest; change nothing.

    Raises:
        BackupNotReadable: it is cut off, altered, or no backup.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest(**json.loads(archive.read(MANIFEST)))
            if manifest.format != FORMAT:
                raise BackupNotReadable(why=f"format {manifest.format} is not known")
            for name, digest in manifest.digests.items():
                if _digest(archive, name) != digest:
                    raise BackupNotReadable(why=f"{name} was altered")
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise BackupNotReadable(why=str(error)) from error
    return manifest


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as member:
        while chunk := member.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def restore(path: Path) -> Manifest:
    """Put a backup into the database, which has this version's schema and no rows.

    All of it or nothing. What may have left the building already does not leave again, and nobody
    stays signed in.

    Raises:
        BackupNotReadable: it is cut off, altered, or no backup.
        BackupOfOtherVersion: its schema is another one.
        OtherMasterKey: what is in it could not be opened.
        DatabaseNotEmpty: there is something already.
    """
    manifest = check(path)
    if manifest.revision != revision():
        raise BackupOfOtherVersion(backup=manifest.revision, database=revision())
    if not keys.has_master_key() or manifest.key_check != key_check():
        raise OtherMasterKey
    with zipfile.ZipFile(path) as archive:
        transact(lambda: _read_all(archive))
        _read_files(archive, manifest)
    return manifest


def _read_all(archive: zipfile.ZipFile) -> None:
    for table in Base.metadata.sorted_tables:
        if db.session.execute(sa.select(table).limit(1)).first() is not None:
            raise DatabaseNotEmpty(table=table.name)
    for table in Base.metadata.sorted_tables:
        with archive.open(_member(table)) as member:
            _read_table(table, member)
        _go_on_counting(table)
    fail("restore.before_commit")


def _read_table(table: sa.Table, member: IO[bytes]) -> None:
    names = json.loads(member.readline())
    columns = [table.columns[name] for name in names]
    rows: list[dict[str, Any]] = []
    for line in _parents_first(table, names, member):
        values = zip(columns, line, strict=True)
        rows.append({column.name: _typed(column, value) for column, value in values})
        if len(rows) == BATCH:
            db.session.execute(sa.insert(table), rows)
            rows = []
    if rows:
        db.session.execute(sa.insert(table), rows)


def _parents_first(table: sa.Table, names: list[str], member: IO[bytes]) -> Iterator[list[Any]]:
    """Give rows that refer to rows of their own table after those."""
    own = next((key for key in table.foreign_keys if key.column.table is table), None)
    lines = (json.loads(line) for line in member)
    if own is None:
        yield from lines
        return
    key, parent = names.index(own.column.name), names.index(own.parent.name)
    waiting, given = list(lines), {None}
    while waiting:
        ready = [line for line in waiting if line[parent] in given]
        if not ready:
            raise BackupNotReadable(why=f"{table.name} refers to rows that are not there")
        yield from ready
        given |= {line[key] for line in ready}
        waiting = [line for line in waiting if line[key] not in given]


def _typed(column: sa.Column[Any], value: Any) -> Any:
    if value is None or isinstance(column.type, sa.JSON):
        return value
    if isinstance(value, dict):
        return base64.b64decode(value["bytes"])
    kind = column.type.python_type
    if kind is UUID:
        return UUID(value)
    return kind.fromisoformat(value) if kind in {datetime, date} else value


def _go_on_counting(table: sa.Table) -> None:
    """Let PostgreSQL number new rows after those that came with their number."""
    counted = table.autoincrement_column
    if db.engine.dialect.name != "postgresql" or counted is None:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, counted.name)
    highest = sa.select(sa.func.max(counted)).scalar_subquery()
    present = sa.select(sa.func.setval(sequence, highest)).where(
        sequence.is_not(None), highest.is_not(None)
    )
    db.session.execute(present)


def _read_files(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    folder = settings.current().instance
    for name in manifest.digests:
        if not name.startswith("files/"):
            continue
        target = (folder / name.removeprefix("files/")).resolve()
        if not target.is_relative_to(folder):
            raise BackupNotReadable(why=f"{name} leads out of the instance folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(archive.read(name))
