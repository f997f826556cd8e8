"""Tokens of users and keys of brands, for programs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.accounts import policies, queries
from app.accounts.models import ApiKey, User
from app.catalogue.models import Brand
from app.core import audit, clock, links
from app.core.db import db, lock, transact
from app.core.errors import Conflict, Invalid, problem_of
from app.core.policies import Actor, require

SCOPES = ("read", "write")
LIVE_OF_A_NAME = 2
"""The one in use and the one that takes its place."""
NOTED_EVERY = timedelta(minutes=5)


class TooManyKeys(Conflict):
    """Two keys of this name are in use already; revoke the older one first."""

    code = "too-many-keys"


def issue_key(
    name: str,
    *,
    actor: Actor,
    user_id: UUID | None = None,
    brand_id: UUID | None = None,
    scopes: Iterable[str] = SCOPES,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Issue a token of a user or a key of a brand; the secret is shown this once.

    Raises:
        Invalid: a scope is unknown, or not exactly one owner is named.
        TooManyKeys: the owner has two of this name in use.
    """
    require(policies.can_manage(actor), "issue-key")
    wanted = sorted(set(scopes))
    if unknown := set(wanted) - set(SCOPES):
        remedy = f"choose among {', '.join(SCOPES)}"
        raise Invalid(
            errors=[problem_of("scopes", "is unknown", value=sorted(unknown), remedy=remedy)]
        )
    if (user_id is None) == (brand_id is None):
        raise Invalid(errors=[problem_of("owner", "name a user or a brand, not both")])
    if brand_id is not None:
        lock(Brand, {brand_id})
    if user_id is not None:
        lock(User, {user_id})
    if len(queries.live_keys(name, user_id=user_id, brand_id=brand_id)) >= LIVE_OF_A_NAME:
        raise TooManyKeys(name=name)
    secret = links.new_secret("brand" if brand_id else "token")
    key = ApiKey(
        secret_hash=links.hash_secret(secret), name=name, user_id=user_id, brand_id=brand_id
    )
    key.scopes, key.created_at, key.expires_at = wanted, clock.now(), expires_at
    db.session.add(key)
    audit.change("issue-key", key, actor=actor)
    db.session.flush()
    return key, secret


def revoke_key(key_id: UUID, *, actor: Actor) -> None:
    """Make a token or key useless at once."""
    require(policies.can_manage(actor), "revoke-key")
    key = queries.get_key(key_id)
    key.revoked_at = key.revoked_at or clock.now()
    audit.change("revoke-key", key, actor=actor)


def note_use(key: ApiKey) -> None:
    """Keep when a key was last used, to some minutes; call it outside a unit of work."""
    now = clock.now()
    if key.last_used_at is not None and now - key.last_used_at < NOTED_EVERY:
        return
    used = sa.update(ApiKey).where(ApiKey.id == key.id).values(last_used_at=now)
    transact(lambda: db.session.execute(used))
