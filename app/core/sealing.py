"""The chain of audit entries: gapless positions, and digests that tell of every later change.

Entries are written in their change's transaction, without a position: whoever numbered them there
would skip those that commit late. One sealer at a time gives what is committed its place in the
chain. The end of the chain is kept outside the database as well, signed with the master key, so
that cutting off the end, or writing the whole chain anew, is found out too.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import audit, checkpoint, clock
from app.core.audit import AuditEntry
from app.core.checkpoint import End
from app.core.db import Model, db, one_snapshot, transact, unit_of_work
from app.core.errors import Conflict
from app.core.policies import Actor

BEGINNING = "0" * 64
NOTHING = End(0, BEGINNING)
BATCH = 500
LATE = timedelta(minutes=5)
ABSENT = "the checkpoint is absent"


class AuditChain(Model):
    """Where the chain ends; its one row is locked by whoever seals."""

    __tablename__ = "audit_chain"

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(sa.BigInteger)
    digest: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True)
class Fault:
    """Something that the chain does not bear out."""

    position: int
    what: str


@dataclass(frozen=True)
class Verdict:
    """What reading the whole chain found.

    Attributes:
        sealed: Entries in the chain.
        waiting: Entries that are not sealed yet, for which nothing is claimed.
        checkpoint: The end that is kept outside the database; ``None`` when there is none.
    """

    sealed: int
    waiting: int
    checkpoint: End | None
    faults: tuple[Fault, ...]


class CheckpointRefused(Conflict):
    """The audit chain does not bear out its checkpoint, so the checkpoint stays where it is."""

    code = "audit-checkpoint-refused"


# ── sealing ──


def seal() -> int:
    """Give every committed entry its place in the chain; return how many were new.

    Safe to run anywhere at once: the chain's row is locked. The checkpoint follows the commit. If
    the process dies between, or the file cannot be written, the next turn moves it.

    Raises:
        CheckpointRefused: the file is absent, damaged, or says what the chain does not.
        OSError: the file cannot be written; what is sealed stays sealed.
    """
    _begin()
    sealed = 0
    while _waiting():
        added = transact(_seal_batch)
        sealed += added
        if added < BATCH:
            break
    _move_checkpoint()
    return sealed


def _begin() -> None:
    """Write the chain's beginning down before its first entry, so that none goes unprotected."""
    if _end() != NOTHING:
        return
    if not _outside()[1]:
        checkpoint.move(NOTHING)
    with suppress(IntegrityError):  # another sealer began it
        transact(_add_chain)


def _add_chain() -> None:
    if db.session.get(AuditChain, 1) is None:
        db.session.add(AuditChain(id=1, position=0, digest=BEGINNING))


def _end() -> End:
    found = db.session.execute(sa.select(AuditChain.position, AuditChain.digest)).first()
    return End(*found) if found else NOTHING


def _waiting() -> bool:
    found = sa.select(AuditEntry.id).where(AuditEntry.position.is_(None)).limit(1)
    return db.session.scalar(found) is not None


def _seal_batch() -> int:
    chain = _chain()
    unsealed = sa.select(AuditEntry).where(AuditEntry.position.is_(None))
    entries = list(
        db.session.scalars(unsealed.order_by(AuditEntry.at, AuditEntry.id).limit(BATCH))
    )
    for entry in entries:
        chain.position += 1
        entry.position = chain.position
        entry.digest = chain.digest = digest_of(entry, chain.digest)
    return len(entries)


def _chain() -> AuditChain:
    locked = sa.select(AuditChain).with_for_update().execution_options(populate_existing=True)
    return db.session.execute(locked).scalar_one()


def digest_of(entry: AuditEntry, previous: str) -> str:
    """Return the digest of an entry at its position, after the digest before it (SHA-256)."""
    content = [
        previous,
        entry.position,
        str(entry.id),
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.before,
        entry.after,
        entry.reason,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# ── the checkpoint ──


def _move_checkpoint() -> None:
    """Move the checkpoint to the chain's end, if the chain still leads there from it."""
    outside, faults = _outside()
    db.session.rollback()
    end = _end()
    if outside == end:
        return
    if outside is not None:
        faults += _follow(outside, end, None)[1]
    if faults:
        raise CheckpointRefused(why=faults[0].what, position=faults[0].position)
    checkpoint.move(end)


def _outside() -> tuple[End | None, list[Fault]]:
    try:
        outside = checkpoint.read()
    except ValueError as error:
        return None, [Fault(0, str(error))]
    if outside is None and _begun():
        return None, [Fault(0, ABSENT)]
    return outside, []


def _begun() -> bool:
    sealed = sa.select(AuditEntry.id).where(AuditEntry.position.is_not(None)).limit(1)
    return _end() != NOTHING or db.session.scalar(sealed) is not None


def renew_checkpoint(*, actor: Actor, reason: str) -> End:
    """Take the chain as it is for the truth, after a restore; record what the file said before."""
    outside, faults = _outside()
    said = f"{outside.position}:{outside.digest}" if outside else [fault.what for fault in faults]
    with unit_of_work():
        audit.note("renew-checkpoint", "audit_chain", 1, actor=actor, reason=reason, was=said)
    with suppress(IntegrityError):
        transact(_add_chain)
    while transact(_seal_batch):
        pass
    db.session.rollback()
    end = _end()
    checkpoint.renew(end)
    return end


def troubles() -> list[str]:
    """Name what keeps the record from being protected now, for the health answer."""
    outside, faults = _outside()
    if faults:
        absent = faults[0].what == ABSENT
        return ["audit-checkpoint-absent" if absent else "audit-checkpoint-damaged"]
    outside = outside or NOTHING
    found = []
    if outside.position > _end().position:
        found.append("audit-checkpoint-ahead")
    if _any_late(AuditEntry.position > outside.position):
        found.append("audit-checkpoint-behind")
    if _any_late(AuditEntry.position.is_(None)):
        found.append("audit-not-sealed")
    return found


def _any_late(which: sa.ColumnElement[bool]) -> bool:
    late = sa.select(AuditEntry.id).where(which, AuditEntry.at < clock.now() - LATE).limit(1)
    return db.session.scalar(late) is not None


# ── verifying ──


def verify() -> Verdict:
    """Read the whole chain and tell every place that it does not bear out.

    The file is read before the chain: meanwhile the chain may only have grown.
    """
    outside, faults = _outside()
    one_snapshot()
    sealed, found = _follow(NOTHING, _end(), outside)
    if outside and outside.position > sealed:
        found.append(Fault(sealed + 1, "cut off"))
    waiting = sa.select(sa.func.count()).where(AuditEntry.position.is_(None))
    waits = db.session.scalar(waiting) or 0
    db.session.rollback()
    return Verdict(sealed, waits, outside, (*faults, *found))


def _follow(start: End, end: End, outside: End | None) -> tuple[int, list[Fault]]:
    """Follow the chain from its start to where it says that it ends; return where it led."""
    faults = []
    position, digest = start.position, start.digest
    for entry in _sealed(start):
        position += 1
        if entry.position != position:
            faults.append(Fault(position, "missing"))
            position = entry.position or position
        if entry.digest != digest_of(entry, digest):
            faults.append(Fault(position, "altered"))
        digest = entry.digest or ""
        if outside and outside.position == position and outside.digest != digest:
            faults.append(Fault(position, "not what the checkpoint says"))
    if End(position, digest) != end:
        faults.append(Fault(position, "not where the chain says that it ends"))
    return position, faults


def _sealed(start: End) -> Iterator[AuditEntry]:
    chosen = sa.select(AuditEntry).where(AuditEntry.position.is_not(None))
    if start != NOTHING:
        chosen = chosen.where(AuditEntry.position > start.position)
    in_order = chosen.order_by(AuditEntry.position).execution_options(yield_per=BATCH)
    yield from db.session.scalars(in_order)
