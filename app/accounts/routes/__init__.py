"""REST resources of accounts."""

from app.accounts.routes import keys, me, mounting, partners, users  # noqa: F401  they add views

blueprints = (mounting.me, mounting.users, mounting.keys, mounting.partners)

__all__ = ["blueprints"]
