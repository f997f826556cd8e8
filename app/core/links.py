"""Links that open one thing for one purpose to whoever holds them, without an account."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, settings
from app.core.db import Model, db
from app.core.errors import NotFound

LONGEST_SECRET = 200


class LinkNotValid(NotFound):
    """This link does not work; it may be incomplete, too old or used up."""

    code = "link-not-valid"


class Purpose(StrEnum):
    """What a link is good for; it opens nothing else. The value marks its secrets."""

    JOB = "job"
    RATING = "rate"


LIFE = {Purpose.JOB: timedelta(days=180), Purpose.RATING: timedelta(days=30)}


class Link(Model):
    """The right to one thing: the holder has the secret, we its hash.

    ``subject_id`` is what the purpose is about: a job, a visit.
    """

    __tablename__ = "links"

    secret_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    purpose: Mapped[Purpose]
    subject_id: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_links_subject", "purpose", "subject_id"),)


def new_secret(prefix: str) -> str:
    """Return 192 random bits, marked with what they are for."""
    return f"{prefix}_{secrets.token_urlsafe(24)}"


def hash_secret(secret: str) -> str:
    """Return what is stored of a random secret; it needs no salt, having 192 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def mint(purpose: Purpose, subject_id: UUID) -> tuple[str, Link]:
    """Make a link; its secret is known to the caller alone and goes into one message."""
    secret, now = new_secret(purpose.value), clock.now()
    link = Link(secret_hash=hash_secret(secret), purpose=purpose, subject_id=subject_id)
    link.created_at, link.expires_at = now, now + LIFE[purpose]
    db.session.add(link)
    db.session.flush()
    return secret, link


def address(secret: str) -> str:
    """Return where a secret is entered."""
    return f"{settings.current().public_url.rstrip('/')}/s/{secret}"


def find(secret: str, purpose: Purpose | None = None, *, locked: bool = False) -> Link:
    """Return the link that a secret belongs to.

    Args:
        secret: What the address ends with.
        purpose: What it must be good for; ``None``: whatever it is.
        locked: Keep everybody else from using it until the unit of work ends.

    Raises:
        LinkNotValid: it is unknown, cut short, expired, revoked or for something else; never
            which.
    """
    digest = hash_secret(secret[:LONGEST_SECRET])
    chosen = sa.select(Link).where(Link.secret_hash == digest)
    if locked:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    link = db.session.scalar(chosen)
    if link is None or not hmac.compare_digest(link.secret_hash, digest):
        raise LinkNotValid
    if link.revoked_at is not None or link.expires_at <= clock.now():
        raise LinkNotValid
    if purpose not in {None, link.purpose}:
        raise LinkNotValid
    return link


def revoke(purpose: Purpose, subject_id: UUID) -> None:
    """Make every link of a purpose to one thing useless."""
    live = sa.update(Link).where(
        Link.purpose == purpose, Link.subject_id == subject_id, Link.revoked_at.is_(None)
    )
    db.session.execute(live.values(revoked_at=clock.now()))
