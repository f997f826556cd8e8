"""Tables of ratings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.models import Category
from app.core.db import JsonList, Model, Versioned
from app.core.personal import Personal, Sealed
from app.planning.models import Visit
from app.technicians.models import Technician


class Rating(Personal, Versioned, Model):
    """What the consumer says of one technician in one completed visit; 1 to 5 on each axis.

    Attributes:
        tags: What stood out, by ``rules.TAGS``.
        set_aside: Why it does not count for the technician: ``goods``, ``planning``,
            ``own-phone``; ``None``: it counts.
        source_index: Blind index of the device it came from, for signals of fraud alone.
        changed_at: When the consumer last changed it; what it said before is kept.
        hidden_reason: Why its words are not shown; its stars always count as they are.
    """

    __tablename__ = "ratings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey(Visit.id), index=True)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    professional: Mapped[int]
    attitude: Mapped[int]
    tags: Mapped[JsonList] = mapped_column(default=list)
    comment_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    rated_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime | None]
    set_aside: Mapped[str | None] = mapped_column(sa.String(40))
    source_index: Mapped[str | None] = mapped_column(sa.String(32), index=True)
    reply_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    replied_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None] = mapped_column(sa.String(200))

    OPEN: ClassVar[Mapping[str, Any]] = {"source_index": None}
    TOLD = ("professional", "attitude", "tags", "rated_at")
    DEALT_AT = "rated_at"

    comment = Sealed("comment_sealed", "the consumer's own words")
    reply = Sealed("reply_sealed", "what the technician answers about a consumer's home")

    __table_args__ = (
        UniqueConstraint("visit_id", "technician_id"),
        CheckConstraint("professional BETWEEN 1 AND 5", name="professional_on_scale"),
        CheckConstraint("attitude BETWEEN 1 AND 5", name="attitude_on_scale"),
        sa.Index("ix_ratings_technician_rated", "technician_id", "rated_at"),
    )


class RatingRevision(Personal, Model):
    """What a rating said before its consumer changed it."""

    __tablename__ = "rating_revisions"

    rating_id: Mapped[UUID] = mapped_column(ForeignKey(Rating.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    professional: Mapped[int]
    attitude: Mapped[int]
    tags: Mapped[JsonList] = mapped_column(default=list)
    comment_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    replaced_at: Mapped[datetime]

    TOLD = ("professional", "attitude", "tags", "replaced_at")

    comment = Sealed("comment_sealed", "the consumer's own words before they changed them")


class FollowUp(Model):
    """Whether what a visit did is still good a month later; asked once, answered or not.

    ``good`` ``None``: there is no answer, which says nothing.
    """

    __tablename__ = "follow_ups"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey(Visit.id), primary_key=True)
    asked_at: Mapped[datetime]
    good: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
