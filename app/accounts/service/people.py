"""Changing who may enter: users and partners."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts import policies, queries, rules
from app.accounts.events import UserDisabled
from app.accounts.models import Partner, User, UserTerritory
from app.accounts.service.sessions import end_sessions
from app.core import audit, clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.personal import Person
from app.core.policies import Actor, Role, require

STAFF = ", ".join(sorted(set(Role) - {Role.CONSUMER}))


class LoginTaken(Conflict):
    """Another user has this login."""

    code = "login-taken"


class LastAdministrator(Conflict):
    """Nobody else could manage accounts then; make somebody else an administrator first."""

    code = "last-administrator"


class RolesNotAccepted(Invalid):
    """These roles do not go together, or need a brand or a partner."""

    code = "roles-not-accepted"


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """What is asked for a user; without a password they cannot sign in yet."""

    login: str
    name: str
    roles: frozenset[Role]
    password: str | None = None
    territory_ids: frozenset[UUID] = frozenset()
    brand_id: UUID | None = None
    partner_id: UUID | None = None
    locale: str | None = None


def create_user(new: NewUser, *, actor: Actor) -> User:
    """Let a person in.

    Raises:
        Forbidden: the actor may not manage accounts.
        LoginTaken: another user has this login.
        PasswordNotAccepted: the password is too weak.
        RolesNotAccepted: no role, or one that needs a brand or partner without it.
    """
    require(policies.can_manage(actor), "create-user")
    _check_roles(new.roles, new.brand_id, new.partner_id)
    login = new.login.strip().lower()
    if queries.user_by_login(login) is not None:
        raise LoginTaken(login=login)
    if new.password is not None:
        rules.check_password(new.password, login=login)
    user = User(person=Person.new(), login=login, roles=sorted(role.value for role in new.roles))
    user.name, user.locale = new.name, new.locale
    user.brand_id, user.partner_id = new.brand_id, new.partner_id
    user.password_hash = rules.hash_password(new.password) if new.password is not None else None
    db.session.add(user)
    audit.change("create-user", user, actor=actor)
    db.session.flush()
    db.session.add_all(UserTerritory(user_id=user.id, territory_id=t) for t in new.territory_ids)
    db.session.flush()
    return user


def change_user(user_id: UUID, values: dict[str, Any], *, actor: Actor) -> User:
    """Change what a user is; what is not named stays.

    Args:
        user_id: Whom.
        values: ``name``, ``roles``, ``territory_ids``, ``brand_id``, ``partner_id``, ``locale``.
        actor: An administrator.

    Raises:
        UserNotFound: there is none.
        LastAdministrator: nobody would be left to manage accounts.
        RolesNotAccepted: no role, or one that needs a brand or partner without it.
    """
    require(policies.can_manage(actor), "change-user")
    user = queries.get_user(user_id, locked=True)
    was_administrator = Role.ADMINISTRATOR.value in user.roles
    wanted = dict(values)
    territories = wanted.pop("territory_ids", None)
    if "roles" in wanted:
        wanted["roles"] = sorted(Role(role).value for role in wanted["roles"])
    for name, value in wanted.items():
        setattr(user, name, value)
    _check_roles(frozenset(map(Role, user.roles)), user.brand_id, user.partner_id)
    audit.change("change-user", user, actor=actor)
    db.session.flush()
    if was_administrator and Role.ADMINISTRATOR.value not in user.roles:
        _keep_an_administrator()
    if territories is not None:
        _work_in(user, frozenset(territories), actor)
    return user


def set_password(login: str, password: str, *, actor: Actor) -> User:
    """Give a user a new password and end all their sessions.

    Raises:
        UserNotFound: there is none.
        PasswordNotAccepted: the password is too weak.
    """
    require(policies.can_manage(actor), "set-password")
    user = queries.named(login)
    rules.check_password(password, login=user.login)
    user.password_hash = rules.hash_password(password)
    audit.change("set-password", user, actor=actor)
    end_sessions(user.id)
    db.session.flush()
    return user


def disable_user(login: str, *, reason: str, actor: Actor) -> User:
    """Shut a user out at once, tokens too. Records ``UserDisabled``.

    Raises:
        UserNotFound: there is none.
        LastAdministrator: nobody would be left to manage accounts.
    """
    require(policies.can_manage(actor), "disable-user")
    user = queries.named(login)
    user.disabled_at = clock.now()
    audit.change("disable-user", user, actor=actor, reason=reason)
    end_sessions(user.id)
    record(UserDisabled(at=clock.now(), user_id=user.id))
    db.session.flush()
    if Role.ADMINISTRATOR.value in user.roles:
        _keep_an_administrator()
    return user


def enable_user(login: str, *, actor: Actor) -> User:
    """Let a user in again who was shut out; their sessions stay ended."""
    require(policies.can_manage(actor), "enable-user")
    user = queries.named(login)
    user.disabled_at = None
    audit.change("enable-user", user, actor=actor)
    db.session.flush()
    return user


def save_partner(code: str, *, name: str, name_zh: str | None, actor: Actor) -> Partner:
    """Create a partner, or rename the one with this code."""
    require(policies.can_manage(actor), "save-partner")
    partner = db.session.scalar(sa.select(Partner).where(Partner.code == code))
    if partner is None:
        partner = Partner(code=code)
        db.session.add(partner)
    partner.name, partner.name_zh = name, name_zh
    audit.change("save-partner", partner, actor=actor)
    db.session.flush()
    return partner


def _check_roles(roles: frozenset[Role], brand_id: UUID | None, partner_id: UUID | None) -> None:
    faults = []
    if not roles or Role.CONSUMER in roles:
        fault = problem_of(
            "roles", "needs at least one of these", value=sorted(roles), remedy=STAFF
        )
        faults.append(fault)
    owners = ((Role.BRAND, brand_id, "brand"), (Role.PARTNER, partner_id, "partner"))
    for role, owner, field in owners:
        if role in roles and owner is None:
            faults.append(problem_of(field, "is needed by this role", remedy="choose one"))
    if Role.BRAND in roles and len(roles) > 1:
        fault = problem_of(
            "roles",
            "of a brand stand alone",
            value="brand",
            remedy="give them an account for each",
        )
        faults.append(fault)
    if faults:
        raise RolesNotAccepted(errors=faults)


def _keep_an_administrator() -> None:
    """Insist that somebody can manage accounts; of two who shut each other out one is told."""
    left = sa.select(User).where(User.disabled_at.is_(None)).with_for_update()
    if not any(Role.ADMINISTRATOR.value in user.roles for user in db.session.scalars(left)):
        raise LastAdministrator


def _work_in(user: User, territory_ids: frozenset[UUID], actor: Actor) -> None:
    """Make these the territories a dispatcher works for."""
    theirs = sa.select(UserTerritory).where(UserTerritory.user_id == user.id)
    held = {row.territory_id: row for row in db.session.scalars(theirs)}
    if held.keys() == territory_ids:
        return
    for territory_id in held.keys() - territory_ids:
        db.session.delete(held[territory_id])
    db.session.add_all(
        UserTerritory(user_id=user.id, territory_id=one) for one in territory_ids - held.keys()
    )
    named = sorted(map(str, territory_ids))
    audit.note("change-territories", "users", user.id, actor=actor, territory_ids=named)
    user.version += 1
    db.session.flush()
