"""Who did what, when, why, before and after: one row for each change, in its transaction."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Json, Model, db
from app.core.personal import fingerprint
from app.core.policies import Actor


class AuditEntry(Model):
    """One change, as it was made.

    ``position`` and ``digest`` stay empty until the entry is sealed into the chain.
    """

    __tablename__ = "audit_entries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(sa.String(120))
    action: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[str] = mapped_column(sa.String(80))
    before: Mapped[Json]
    after: Mapped[Json]
    reason: Mapped[str | None] = mapped_column(sa.Text)
    position: Mapped[int | None] = mapped_column(sa.BigInteger, unique=True)
    digest: Mapped[str | None] = mapped_column(sa.String(64))

    __table_args__ = (sa.Index("ix_audit_entries_subject", "subject_kind", "subject_id"),)


def change(action: str, row: Any, *, actor: Actor, reason: str | None = None) -> None:
    """Record what a row's pending changes are; call it before they are flushed.

    Sealed values appear as their ciphertext's fingerprint, open personal ones and what is kept of
    secrets as a keyed one.
    """
    before, after = _difference(row)
    _write(action, type(row).__tablename__, _key_of(row), actor, (before, after, reason))


def note(
    action: str, kind: str, key: Any, *, actor: Actor, reason: str | None = None, **after: Any
) -> None:
    """Record an act that changes no single row, such as revealing or exporting."""
    _write(action, kind, str(key), actor, ({}, {k: _plain(v) for k, v in after.items()}, reason))


def history(kind: str, key: Any) -> list[AuditEntry]:
    """Return what happened to one thing, oldest first."""
    return histories([(kind, key)])


def histories(subjects: Iterable[tuple[str, Any]]) -> list[AuditEntry]:
    """Return what happened to several things, named by table and key, oldest first."""
    subject = sa.tuple_(AuditEntry.subject_kind, AuditEntry.subject_id)
    chosen = sa.select(AuditEntry).where(subject.in_([(kind, str(key)) for kind, key in subjects]))
    return list(db.session.scalars(chosen.order_by(AuditEntry.at, AuditEntry.id)))


def _write(
    action: str, kind: str, key: str, actor: Actor, what: tuple[Json, Json, str | None]
) -> None:
    before, after, reason = what
    entry = AuditEntry(
        at=clock.now(), actor=actor.identity, action=action, subject_kind=kind, subject_id=key
    )
    entry.before, entry.after, entry.reason = before, after, reason
    db.session.add(entry)


def _key_of(row: Any) -> str:
    mapper = sa.inspect(type(row))
    for column in mapper.primary_key:
        prop = mapper.get_property_by_column(column)
        if (
            getattr(row, prop.key) is None
            and column.default is not None
            and column.default.is_callable
        ):
            setattr(row, prop.key, column.default.arg(None))
    return "/".join(str(value) for value in mapper.primary_key_from_instance(row))


def _difference(row: Any) -> tuple[Json, Json]:
    before: Json = {}
    after: Json = {}
    state = sa.inspect(row)
    columns = [column.key for column in state.mapper.column_attrs]
    hidden = {*getattr(type(row), "OPEN", {}), *(one for one in columns if one.endswith("_hash"))}
    for name in columns:
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        if history.deleted and history.deleted[0] is not None:
            before[name] = _told(history.deleted[0], hidden=name in hidden)
        if history.added and history.added[0] is not None:
            after[name] = _told(history.added[0], hidden=name in hidden)
    return before, after


def _told(value: Any, *, hidden: bool) -> Any:
    return fingerprint(value) if hidden else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"sealed:{hash_of(value)}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list | str | int | float | bool) or value is None:
        return value
    return str(value)


def hash_of(ciphertext: bytes) -> str:
    """Return a short fingerprint of sealed bytes."""
    return hashlib.sha256(ciphertext).hexdigest()[:16]
