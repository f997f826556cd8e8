"""Tables of orders, parcels and jobs."""

from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column

from app.catalogue.models import Brand, Category, JobType, ProductModel
from app.core.db import Json, JsonList, Model, UtcDateTime, Versioned
from app.core.personal import Personal, Sealed
from app.customers.models import Customer, Item
from app.places.models import Place, Territory

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Payer(StrEnum):
    """Who is provisionally to pay, until coverage is decided."""

    BRAND = "brand"
    CONSUMER = "consumer"
    EXTENSION = "extension"
    WORKMANSHIP = "workmanship"
    GOODWILL = "goodwill"


class Order(Personal, Versioned, Model):
    """What a brand or shop sent, under its own reference.

    ``fingerprint`` tells whether the same order came again unchanged, ``content`` what was sent
    last: a change applies what the sender changed and leaves alone what was agreed since.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    brand_id: Mapped[UUID] = mapped_column(ForeignKey(Brand.id), index=True)
    reference: Mapped[str] = mapped_column(sa.String(80))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), index=True)
    payer: Mapped[Payer] = mapped_column(default=Payer.BRAND)
    shop: Mapped[str | None] = mapped_column(sa.String(120))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]

    TOLD = ("reference", "shop", "received_at")
    DEALT_AT = "received_at"

    def forget(self) -> None:
        """Keep nothing of what was sent, so that all of what comes again counts as changed."""
        super().forget()
        self.content_sealed = None

    content = Sealed("content_sealed", "what was sent, to tell what changes when it comes again")

    __table_args__ = (UniqueConstraint("brand_id", "reference"),)


class Parcel(Versioned, Model):
    """One parcel of an order. ``contents``: ``{sku: count}`` as the sender declared it."""

    __tablename__ = "parcels"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    order_id: Mapped[UUID] = mapped_column(ForeignKey(Order.id), index=True)
    tracking: Mapped[str] = mapped_column(sa.String(80), index=True)
    contents: Mapped[Json] = mapped_column(default=dict)
    expected_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("order_id", "tracking"),)


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RELEASED = "released"
    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Personal, Versioned, Model):
    """What is asked for at one place: one type of work on one or more items of a brand.

    The requirement columns are the work spec's as it was when the job was taken in, adjusted
    for the place; they stay when the catalogue changes.

    Attributes:
        number: Short, for people; unique.
        model_id: The model; ``None`` when only the category is known.
        service_days: Days from release to the first visit, as the brand promised.
        due_at: The brand's service deadline, known once the job is released.
        window_start, window_end: When the visit may start.
        window_confirmed_at: When the consumer agreed; before that the window is a proposal.
        crew: ``[{"level": 1}]``, one for each seat.
        blockers: Why it may not be planned yet: ``[{"code": ..., ...}]``; empty when released.
        priority: 1 is normal, up to 5; steers the penalty of leaving it out.
        released_at: When it last became plannable.
        window_or_never, due_or_never: For sorting; what has none comes last.
    """

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    job_type: Mapped[JobType]
    brand_id: Mapped[UUID] = mapped_column(ForeignKey(Brand.id), index=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey(ProductModel.id))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey(Customer.id), index=True)
    place_id: Mapped[UUID] = mapped_column(ForeignKey(Place.id), index=True)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, index=True)
    blockers: Mapped[JsonList] = mapped_column(default=list)
    work_seconds: Mapped[int | None]
    setup_seconds: Mapped[int] = mapped_column(default=0)
    crew: Mapped[JsonList] = mapped_column(default=lambda: [{"level": 1}])
    tools: Mapped[JsonList] = mapped_column(default=list)
    parts: Mapped[Json] = mapped_column(default=dict)
    licences: Mapped[JsonList] = mapped_column(default=list)
    photos: Mapped[JsonList] = mapped_column(default=list)
    needs_certificate: Mapped[bool] = mapped_column(default=True)
    window_start: Mapped[datetime | None] = mapped_column(index=True)
    window_end: Mapped[datetime | None] = mapped_column(index=True)
    window_confirmed_at: Mapped[datetime | None]
    window_confirmed_by: Mapped[str | None] = mapped_column(sa.String(120))
    service_days: Mapped[int | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    priority: Mapped[int] = mapped_column(default=1)
    notes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    cancel_reason: Mapped[str | None] = mapped_column(sa.String(500))
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    TOLD = ("number", "job_type", "state", "window_start", "window_end", "created_at")
    DEALT_AT = "created_at"

    notes = Sealed("notes_sealed", "what the technician should know")

    __table_args__ = (
        CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name="whole_window"),
        CheckConstraint("window_start <= window_end", name="window_in_order"),
        CheckConstraint("work_seconds > 0", name="work_takes_time"),
        CheckConstraint("priority BETWEEN 1 AND 5", name="priority_known"),
    )

    window_or_never: Mapped[datetime] = column_property(
        sa.func.coalesce(window_start, sa.literal(NEVER, UtcDateTime()), type_=UtcDateTime())
    )
    due_or_never: Mapped[datetime] = column_property(
        sa.func.coalesce(due_at, sa.literal(NEVER, UtcDateTime()), type_=UtcDateTime())
    )

    @property
    def is_cancellable(self) -> bool:
        return self.state in {JobState.WAITING, JobState.RELEASED, JobState.PLANNED}

    @property
    def is_over(self) -> bool:
        return self.state in {JobState.DONE, JobState.CANCELLED}

    @property
    def still_needed(self) -> bool:
        """Whoever waits for us is not forgotten."""
        return not self.is_over

    @property
    def is_plannable(self) -> bool:
        return self.state in {JobState.RELEASED, JobState.PLANNED}


class OrderJob(Model):
    """Which jobs an order led to, and which orders a job serves.

    ``ref`` is the sender's name for the job inside the order; work longer than a shift is done in
    several jobs of one ref, numbered by ``part`` from 1.
    """

    __tablename__ = "order_jobs"

    order_id: Mapped[UUID] = mapped_column(ForeignKey(Order.id), primary_key=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True, index=True)
    ref: Mapped[str] = mapped_column(sa.String(40), default="1")
    part: Mapped[int] = mapped_column(default=1)


class JobItem(Model):
    """An item a job is about."""

    __tablename__ = "job_items"

    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey(Item.id), primary_key=True)


class LinkedTechnician(StrEnum):
    """Who does the later of two linked jobs."""

    ANY = "any"
    SAME = "same"
    DIFFERENT = "different"


class JobLink(Model):
    """A job that starts only after another is finished: remove, then install."""

    __tablename__ = "job_links"

    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True)
    after_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), primary_key=True, index=True)
    min_gap_seconds: Mapped[int] = mapped_column(default=0)
    max_gap_seconds: Mapped[int | None]
    technician: Mapped[LinkedTechnician] = mapped_column(default=LinkedTechnician.ANY)

    __table_args__ = (CheckConstraint("job_id <> after_id", name="two_jobs"),)


class ColumnMapping(Versioned, Model):
    """How one source's file headers name our fields: ``{"客户姓名": "customer_name"}``."""

    __tablename__ = "column_mappings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(40))
    columns: Mapped[Json]

    __table_args__ = (UniqueConstraint("source", "kind"),)


class ChargeState(StrEnum):
    """Whether a consumer has agreed to pay for something beside the visit."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"


class Charge(Model):
    """Something a consumer pays for beside the visit: extra work, or moving it late.

    The price is as it was when it was proposed; it stays when the catalogue changes.
    """

    __tablename__ = "job_charges"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_id: Mapped[UUID] = mapped_column(ForeignKey(Job.id), index=True)
    code: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(200))
    name_zh: Mapped[str | None] = mapped_column(sa.String(200))
    quantity: Mapped[int] = mapped_column(default=1)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    state: Mapped[ChargeState] = mapped_column(default=ChargeState.PROPOSED)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(sa.String(120))
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="something"),
        CheckConstraint("amount_minor >= 0", name="not_negative"),
    )
