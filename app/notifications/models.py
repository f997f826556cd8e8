"""Tables of notifications."""

from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.models import Brand
from app.core.db import Model, Versioned


class MessageTemplate(Versioned, Model):
    """How a message is worded instead of as shipped.

    Attributes:
        topic: Which message, such as ``visit-booked``.
        locale: ``en`` or ``zh``.
        brand_id: Of which brand; ``None``: of every brand without its own.
        channel: ``email`` or ``text``; empty: every channel without its own.
        subject, text: Jinja templates of the values that the shipped words use.
    """

    __tablename__ = "message_templates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    topic: Mapped[str] = mapped_column(sa.String(60))
    locale: Mapped[str] = mapped_column(sa.String(8))
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey(Brand.id), index=True)
    channel: Mapped[str] = mapped_column(sa.String(10), default="")
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (UniqueConstraint("topic", "locale", "brand_id", "channel"),)
