"""Entering and leaving: sessions of browsers, and what people change of their own account."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from app.accounts import queries, rules
from app.accounts.models import Session
from app.core import audit, clock, links
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.policies import NOBODY, Actor, require

SESSION_LIFE = timedelta(days=14)


class SignInRefused(Invalid):
    """Login or password is wrong, or the account is disabled."""

    code = "sign-in-refused"


def sign_in(login: str, password: str) -> str:
    """Open a session and return the secret for its cookie.

    Raises:
        SignInRefused: wrong login or password, or disabled; never which.
    """
    user = queries.user_by_login(login)
    fits = rules.password_fits(password, user.password_hash if user else None)
    if user is None or not fits or user.disabled_at is not None:
        raise SignInRefused
    secret = links.new_secret("session")
    now = clock.now()
    db.session.add(
        Session(
            secret_hash=links.hash_secret(secret),
            user_id=user.id,
            created_at=now,
            expires_at=now + SESSION_LIFE,
        )
    )
    audit.note("sign-in", "users", user.id, actor=queries.actor_of(user, via="session"))
    db.session.flush()
    return secret


def end_all_sessions() -> None:
    """Sign everybody out, after a restore: some had been signed out since."""
    db.session.execute(sa.delete(Session))


def sign_out(secret: str) -> None:
    """End the session of a cookie's secret; one that has ended stays so."""
    session = db.session.get(Session, links.hash_secret(secret))
    if session is not None and session.ended_at is None:
        session.ended_at = clock.now()
        audit.note("sign-out", "users", session.user_id, actor=NOBODY)


def change_own_password(current: str, new: str, *, actor: Actor) -> None:
    """Give oneself a new password and end all one's sessions.

    Raises:
        Forbidden: a key or token asks.
        Invalid: the current password is wrong.
        PasswordNotAccepted: the new one is too weak.
    """
    require(actor.via == "session" and actor.user_id is not None, "change-own-password")
    assert actor.user_id is not None  # noqa: S101  required above
    user = queries.get_user(actor.user_id, locked=True)
    if not rules.password_fits(current, user.password_hash):
        fault = problem_of(
            "current", "is not your password", remedy="ask an administrator for a new one"
        )
        raise Invalid(errors=[fault])
    rules.check_password(new, login=user.login, field="new")
    user.password_hash = rules.hash_password(new)
    audit.change("change-own-password", user, actor=actor)
    end_sessions(user.id)
    db.session.flush()


def choose_locale(user_id: UUID, locale: str) -> None:
    """Remember the language a user reads."""
    queries.get_user(user_id).locale = locale


def end_sessions(user_id: UUID) -> None:
    """End whatever browsers a user is signed in with."""
    live = sa.update(Session).where(Session.user_id == user_id, Session.ended_at.is_(None))
    db.session.execute(live.values(ended_at=clock.now()))
