"""Tables of technicians, their time and their qualifications."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Partner, User
from app.catalogue.models import Brand, Category, JobType
from app.core import clock
from app.core.db import Json, JsonList, Model, Versioned
from app.core.personal import Personal, Sealed, mask_phone, mask_text
from app.places.models import Place, Territory


class Technician(Personal, Versioned, Model):
    """A person, or a standing team that shares one van, who does the work.

    Attributes:
        partner_id: The partner that employs them; ``None``: own staff.
        home_id: Where their day starts and ends.
        team_size: People in a standing team; it fills as many seats of a crew.
        pace: Multiplies work durations; 1.1 is a tenth slower.
        tools: Tool codes carried.
        stock: Part number to count carried at the start of a shift.
        identity_until, insured_until: Last days on which the checks hold; ``None``: no such check
            is kept for them.
        joined_on, left_on: First and last day on which they work.
        cost_per_hour_minor, cost_per_km_minor: What their time and driving cost.
    """

    __tablename__ = "technicians"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id), unique=True)
    partner_id: Mapped[UUID | None] = mapped_column(ForeignKey(Partner.id), index=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    home_id: Mapped[UUID | None] = mapped_column(ForeignKey(Place.id))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    vehicle: Mapped[str] = mapped_column(sa.String(40), default="van")
    team_size: Mapped[int] = mapped_column(default=1)
    pace: Mapped[float] = mapped_column(default=1.0)
    tools: Mapped[JsonList] = mapped_column(default=list)
    stock: Mapped[Json] = mapped_column(default=dict)
    identity_until: Mapped[date | None]
    insured_until: Mapped[date | None]
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    cost_per_hour_minor: Mapped[int] = mapped_column(default=4000)
    cost_per_km_minor: Mapped[int] = mapped_column(default=100)

    TOLD = ("code", "vehicle", "joined_on", "left_on", "identity_until", "insured_until")
    DEALT_AT = "left_on"

    name = Sealed("name_sealed", "who comes to the door", mask_text)
    phone = Sealed("phone_sealed", "to reach them during the day", mask_phone)

    @property
    def still_needed(self) -> bool:
        """Whoever works is not forgotten."""
        return self.left_on is None or self.left_on >= clock.now().date()

    __table_args__ = (
        CheckConstraint("pace > 0", name="pace_positive"),
        CheckConstraint("team_size > 0", name="somebody"),
    )


class Shift(Versioned, Model):
    """A technician's working time on a day.

    ``breaks``: ``[{"earliest": iso, "latest": iso, "minutes": 60}]`` instants with offset.
    """

    __tablename__ = "shifts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    overtime_minutes: Mapped[int] = mapped_column(default=0)
    breaks: Mapped[JsonList] = mapped_column(default=list)
    max_jobs: Mapped[int | None]
    max_km: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("technician_id", "starts_at"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
    )


class AbsenceKind(StrEnum):
    """Why somebody is away."""

    LEAVE = "leave"
    SICK = "sick"
    TRAINING = "training"
    OTHER = "other"


class Absence(Versioned, Model):
    """A time in which a technician does not work, whatever their shifts say."""

    __tablename__ = "absences"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    kind: Mapped[AbsenceKind]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("starts_at < ends_at", name="in_order"),)


class CertificateState(StrEnum):
    """Whether a certificate counts."""

    PENDING = "pending"
    APPROVED = "approved"
    REVOKED = "revoked"


class Certificate(Versioned, Model):
    """The right to do one kind of work on one brand's goods of a category and all below it.

    Dates are inclusive local days. ``evidence`` is the certificate's number or document.
    """

    __tablename__ = "certificates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    brand_id: Mapped[UUID] = mapped_column(ForeignKey(Brand.id), index=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    job_type: Mapped[JobType]
    level: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[CertificateState] = mapped_column(default=CertificateState.APPROVED)

    __table_args__ = (
        UniqueConstraint(
            "technician_id", "brand_id", "category_id", "job_type", "level", "valid_from"
        ),
        CheckConstraint("level BETWEEN 1 AND 5", name="level_known"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="in_order"),
    )


class Licence(Versioned, Model):
    """A licence that belongs to no brand: electrician, refrigeration, work at height."""

    __tablename__ = "licences"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    kind: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[str] = mapped_column(sa.String(80))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("technician_id", "kind", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="in_order"),
    )


class Score(Model):
    """A technician's standing on both axes, as ratings last computed it.

    ``category_id`` ``None`` is overall. ``professional`` and ``attitude`` are shrunk, 1 to 5.
    """

    __tablename__ = "technician_scores"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id))
    professional: Mapped[float]
    attitude: Mapped[float]
    count: Mapped[int]
    computed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("technician_id", "category_id"),
        sa.Index(
            "uq_technician_scores_overall",
            "technician_id",
            unique=True,
            sqlite_where=sa.text("category_id IS NULL"),
            postgresql_where=sa.text("category_id IS NULL"),
        ),
    )
