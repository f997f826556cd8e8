"""Tables of accounts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.models import Brand
from app.core.db import JsonList, Model, Versioned
from app.core.personal import Personal, Sealed, mask_text
from app.places.models import Territory


class Partner(Versioned, Model):
    """A local team or store that supplies technicians."""

    __tablename__ = "partners"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_zh: Mapped[str | None] = mapped_column(sa.String(200))


class User(Personal, Versioned, Model):
    """A person who signs in. ``roles`` holds ``Role`` values."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    login: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    roles: Mapped[JsonList]
    locale: Mapped[str | None] = mapped_column(sa.String(8))
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(Partner.id))
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey(Brand.id))
    disabled_at: Mapped[datetime | None]

    OPEN: ClassVar[Mapping[str, Any]] = {
        "login": lambda row: f"forgotten-{row.id}",
        "password_hash": None,
    }
    TOLD = ("login", "roles", "locale", "disabled_at")
    DEALT_AT = "disabled_at"

    name = Sealed("name_sealed", "who acts", mask_text)

    @property
    def still_needed(self) -> bool:
        """Whoever may sign in is not forgotten."""
        return self.disabled_at is None


class UserTerritory(Model):
    """A territory that a dispatcher works for."""

    __tablename__ = "user_territories"

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), primary_key=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), primary_key=True)


class Session(Model):
    """A signed-in browser: the cookie holds the secret, the row its hash."""

    __tablename__ = "sessions"

    secret_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiKey(Model):
    """A bearer token of a user, or a key of a brand: the caller has the secret, we its hash."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    secret_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), index=True)
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey(Brand.id), index=True)
    scopes: Mapped[JsonList]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("(user_id IS NULL) <> (brand_id IS NULL)", name="one_owner"),
    )
