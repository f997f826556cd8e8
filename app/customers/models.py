"""Tables of customers and what they own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.models import ProductModel
from app.core.db import JsonList, Model, Versioned
from app.core.personal import Personal, Sealed, mask_phone, mask_text
from app.places.models import Place


class Customer(Personal, Versioned, Model):
    """A consumer.

    ``phone_index`` finds a number exactly. A privacy number has an extension and works until
    ``phone_expires_at``. ``declines``: kinds of messages they do not want: ``reminders``,
    ``ratings``.
    """

    __tablename__ = "customers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[str] = mapped_column(sa.String(32), index=True)
    phone_expires_at: Mapped[datetime | None]
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    locale: Mapped[str | None] = mapped_column(sa.String(8))
    declines: Mapped[JsonList] = mapped_column(default=list)

    name = Sealed("name_sealed", "whom the technician asks for", mask_text)
    OPEN: ClassVar[Mapping[str, Any]] = {"phone_index": "", "phone_expires_at": None}
    TOLD = ("locale",)

    phone = Sealed("phone_sealed", "to agree and announce the visit", mask_phone)
    email = Sealed("email_sealed", "to announce the visit")


class Item(Personal, Versioned, Model):
    """One physical product at a consumer's place."""

    __tablename__ = "items"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), index=True)
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey(Place.id))
    model_id: Mapped[UUID] = mapped_column(ForeignKey(ProductModel.id), index=True)
    serial: Mapped[str | None] = mapped_column(sa.String(80), index=True)

    TOLD = ("serial",)
