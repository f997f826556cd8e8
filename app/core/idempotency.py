"""Claims on idempotency keys: the same key twice has one effect and one answer."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, keys
from app.core.db import Json, Model, db
from app.core.errors import Conflict, Invalid

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=7)


class IdempotencyKeyReused(Invalid):
    """This idempotency key was used for another request; use a new one."""

    code = "idempotency-key-reused"


class RequestInFlight(Conflict):
    """The same request is being worked on; ask again in a moment."""

    code = "request-in-flight"


class IdempotencyClaim(Model):
    """One key of one actor, with the answer it led to, sealed."""

    __tablename__ = "idempotency_claims"

    actor: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    claimed_at: Mapped[datetime] = mapped_column(index=True)
    lease_until: Mapped[datetime]
    status: Mapped[int | None]
    headers: Mapped[Json] = mapped_column(default=dict)
    answer_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)

    @property
    def answer(self) -> bytes:
        assert self.answer_sealed is not None  # noqa: S101  asked only of answered claims
        return keys.open_sealed(
            self.answer_sealed, key=keys.derived_key("idempotency"), context=self._context
        )

    def store(self, status: int, headers: dict[str, str], answer: bytes) -> None:
        self.status, self.headers = status, headers
        self.answer_sealed = keys.seal(
            answer, key=keys.derived_key("idempotency"), context=self._context
        )

    @property
    def _context(self) -> str:
        return f"{self.actor}|{self.key}"


def claim(actor: str, key: str, fingerprint: str) -> IdempotencyClaim:
    """Claim a key; an answered claim is returned as it stands, to be replayed.

    Raises:
        IdempotencyKeyReused: the key stands for another request.
        RequestInFlight: somebody is at it.
    """
    now = clock.now()
    held = db.session.get(
        IdempotencyClaim, (actor, key), populate_existing=True, with_for_update=True
    )
    if held is not None and held.claimed_at + KEPT < now:
        db.session.delete(held)
        db.session.flush()
        held = None
    if held is None:
        held = IdempotencyClaim(actor=actor, key=key, fingerprint=fingerprint, claimed_at=now)
        held.lease_until = now + LEASE
        db.session.add(held)
        db.session.flush()
        return held
    if held.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if held.status is None:
        if held.lease_until > now:
            raise RequestInFlight
        held.lease_until = now + LEASE
    return held


def release(actor: str, key: str) -> None:
    """Give up an unanswered claim, so that the request may be tried again."""
    held = db.session.get(IdempotencyClaim, (actor, key), populate_existing=True)
    if held is not None and held.status is None:
        db.session.delete(held)
