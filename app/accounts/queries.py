"""Reading accounts: who a session or a key stands for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import ApiKey, Partner, Session, User, UserTerritory
from app.catalogue.models import Brand
from app.core import clock
from app.core.db import db, lock
from app.core.errors import NotFound
from app.core.links import hash_secret
from app.core.policies import Actor, Role
from app.places.models import Territory


class UserNotFound(NotFound):
    """There is no such user."""

    code = "user-not-found"


class KeyNotFound(NotFound):
    """There is no such token or key."""

    code = "key-not-found"


class PartnerNotFound(NotFound):
    """There is no such partner."""

    code = "partner-not-found"


def user_by_login(login: str) -> User | None:
    return db.session.scalar(sa.select(User).where(User.login == login.strip().lower()))


def get_user(user_id: UUID, *, locked: bool = False) -> User:
    """Return a user.

    Raises:
        UserNotFound: there is none.
    """
    user = lock(User, {user_id}).get(user_id) if locked else db.session.get(User, user_id)
    if user is None:
        raise UserNotFound(user_id=user_id)
    return user


def partner_by_code(code: str) -> Partner:
    """Return a partner.

    Raises:
        PartnerNotFound: there is none.
    """
    partner = db.session.scalar(sa.select(Partner).where(Partner.code == code))
    if partner is None:
        raise PartnerNotFound(code_given=code)
    return partner


def login_of(user_id: UUID) -> str | None:
    """Return a user's login; ``None`` where there is no such user."""
    user = db.session.get(User, user_id)
    return None if user is None else user.login


def named(login: str) -> User:
    """Return the user with a login.

    Raises:
        UserNotFound: there is none.
    """
    user = user_by_login(login)
    if user is None:
        raise UserNotFound(login=login)
    return user


def users(*, role: Role | None = None, disabled: bool | None = None) -> sa.Select[User]:
    """Return users; with a role, or those who are shut out or not."""
    chosen = sa.select(User)
    if role is not None:
        chosen = chosen.where(sa.cast(User.roles, sa.Text).contains(f'"{role.value}"'))
    if disabled is not None:
        chosen = chosen.where(User.disabled_at.is_not(None) == disabled)
    return chosen


def told(some: Sequence[User]) -> list[dict[str, Any]]:
    """Return users as their administrators are told of them."""
    ids = [user.id for user in some]
    places, entered = territories_of(ids), last_entered(ids)
    brands = _codes(Brand, {user.brand_id for user in some})
    partners_ = _codes(Partner, {user.partner_id for user in some})
    return [
        {
            "id": user.id,
            "login": user.login,
            "name": user.name,
            "roles": [Role(role) for role in user.roles],
            "territories": [one.code for one in places.get(user.id, [])],
            "brand": brands.get(user.brand_id),
            "partner": partners_.get(user.partner_id),
            "locale": user.locale,
            "last_entered_at": entered.get(user.id),
            "disabled_at": user.disabled_at,
        }
        for user in some
    ]


def keys_told(some: Sequence[ApiKey]) -> list[dict[str, Any]]:
    """Return tokens and keys as administrators are told of them: never their secret."""
    chosen = sa.select(User.id, User.login).where(User.id.in_([one.user_id for one in some]))
    logins: dict[UUID | None, str] = {row.id: row.login for row in db.session.execute(chosen)}
    brands = _codes(Brand, {one.brand_id for one in some})
    shown = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    return [
        {name: getattr(one, name) for name in shown}
        | {"user": logins.get(one.user_id), "brand": brands.get(one.brand_id)}
        for one in some
    ]


def _codes(kind: type[Brand | Partner], ids: set[UUID | None]) -> dict[UUID | None, str]:
    chosen = sa.select(kind.id, kind.code).where(kind.id.in_(ids - {None}))
    return {row.id: row.code for row in db.session.execute(chosen)}


def territories_of(user_ids: Iterable[UUID]) -> dict[UUID, list[Territory]]:
    """Return where each of these users dispatches, by code."""
    chosen = (
        sa.select(UserTerritory.user_id, Territory)
        .join(Territory, Territory.id == UserTerritory.territory_id)
        .where(UserTerritory.user_id.in_(list(user_ids)))
        .order_by(Territory.code)
    )
    found: dict[UUID, list[Territory]] = {}
    for user_id, territory in db.session.execute(chosen):
        found.setdefault(user_id, []).append(territory)
    return found


def last_entered(user_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each of these users signed in last, of those who did."""
    chosen = (
        sa.select(Session.user_id, sa.func.max(Session.created_at).label("entered_at"))
        .where(Session.user_id.in_(list(user_ids)))
        .group_by(Session.user_id)
    )
    return {row.user_id: row.entered_at for row in db.session.execute(chosen)}


def keys() -> sa.Select[ApiKey]:
    return sa.select(ApiKey)


def get_key(key_id: UUID) -> ApiKey:
    """Return a token or key.

    Raises:
        KeyNotFound: there is none.
    """
    key = db.session.get(ApiKey, key_id)
    if key is None:
        raise KeyNotFound(key_id=key_id)
    return key


def live_keys(name: str, *, user_id: UUID | None, brand_id: UUID | None) -> list[ApiKey]:
    """Return the keys of this name that their owner may use now."""
    chosen = keys().where(
        ApiKey.name == name,
        ApiKey.user_id == user_id,
        ApiKey.brand_id == brand_id,
        ApiKey.revoked_at.is_(None),
        sa.or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > clock.now()),
    )
    return list(db.session.scalars(chosen))


def partners() -> sa.Select[Partner]:
    return sa.select(Partner)


def actor_of_session(secret: str) -> Actor | None:
    """Return whom a cookie's secret stands for; ``None`` once ended, expired or disabled."""
    now = clock.now()
    chosen = (
        sa.select(User)
        .join(Session, Session.user_id == User.id)
        .where(Session.secret_hash == hash_secret(secret))
        .where(Session.ended_at.is_(None), Session.expires_at > now, User.disabled_at.is_(None))
    )
    user = db.session.scalar(chosen)
    return None if user is None else actor_of(user, via="session")


def key_by_secret(secret: str) -> ApiKey | None:
    """Return the key that a bearer secret belongs to, unless it is revoked or too old."""
    chosen = keys().where(ApiKey.secret_hash == hash_secret(secret), ApiKey.revoked_at.is_(None))
    key = db.session.scalar(chosen)
    return None if key and key.expires_at and key.expires_at <= clock.now() else key


def actor_of_key(key: ApiKey) -> Actor | None:
    """Return whom a key stands for: a user who is not shut out, or a brand's own systems."""
    scopes = frozenset(key.scopes)
    if key.brand_id is not None:
        brands = frozenset({key.brand_id})
        return Actor(
            via="key",
            name=str(key.id),
            roles=frozenset({Role.BRAND}),
            scopes=scopes,
            brand_ids=brands,
        )
    user = db.session.get(User, key.user_id)
    if user is None or user.disabled_at is not None:
        return None
    return actor_of(user, via="token", scopes=scopes)


def actor_of(user: User, *, via: str, scopes: frozenset[str] = frozenset()) -> Actor:
    """Put together what accounts knows of a user."""
    chosen = sa.select(UserTerritory.territory_id).where(UserTerritory.user_id == user.id)
    return Actor(
        user_id=user.id,
        via=via,
        name=user.login,
        roles=frozenset(Role(role) for role in user.roles),
        scopes=scopes,
        territory_ids=frozenset(db.session.scalars(chosen)),
        brand_ids=frozenset({user.brand_id} if user.brand_id else ()),
        partner_ids=frozenset({user.partner_id} if user.partner_id else ()),
        locale=user.locale or "",
    )
