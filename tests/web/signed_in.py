"""Browsers for tests: signed in by the same cookie as a real one, without hashing a password."""

from datetime import timedelta

from app.accounts.models import Session
from app.core import clock
from app.core.links import hash_secret, new_secret
from app.core.policies import Role
from app.web.shared.cookies import SESSION
from tests.factories import made, make_user


def browser(app, *roles: Role, **user):
    """Return a test client signed in as a new user with these roles."""
    return signed_in(app, make_user(*roles, **user))


def signed_in(app, person):
    secret, now = new_secret("session"), clock.now()
    made(
        Session,
        secret_hash=hash_secret(secret),
        user_id=person.id,
        created_at=now,
        expires_at=now + timedelta(days=14),
    )
    client = app.test_client()
    client.set_cookie(SESSION, secret)
    return client
