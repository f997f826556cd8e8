"""Tables of the catalogue."""

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Json, JsonList, Model, Versioned

CODE = sa.String(60)
NAME = sa.String(200)


class JobType(StrEnum):
    """The kind of work asked for."""

    INSTALL = "install"
    REPAIR = "repair"
    MAINTAIN = "maintain"
    REMOVE = "remove"
    SURVEY = "survey"


class Brand(Versioned, Model):
    """Whose goods they are.

    Attributes:
        service_days: The brand's deadline: days from release of a job to its first visit.
        free_change_hours: Until so many hours before it begins, an agreed window is moved or
            called off for nothing; later for the price ``late-change``, where there is one.
        last_change_hours: Until so many hours before, consumers move it themselves.
    """

    __tablename__ = "brands"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    name_zh: Mapped[str | None] = mapped_column(NAME)
    service_days: Mapped[int] = mapped_column(default=7)
    free_change_hours: Mapped[int] = mapped_column(default=24)
    last_change_hours: Mapped[int] = mapped_column(default=2)

    __table_args__ = (CheckConstraint("service_days > 0", name="deadline_ahead"),)


class Category(Versioned, Model):
    """A kind of goods in a tree: flooring > wood > solid.

    ``path`` is the codes from the root, ``/flooring/wood/solid/``: "lies below" is a prefix test.
    """

    __tablename__ = "categories"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(CODE, unique=True)
    name: Mapped[str] = mapped_column(NAME)
    name_zh: Mapped[str | None] = mapped_column(NAME)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("categories.id"))
    path: Mapped[str] = mapped_column(sa.String(400), unique=True)


class ProductModel(Versioned, Model):
    """One model of a brand, with its bill of goods: what a complete kit is made of."""

    __tablename__ = "product_models"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    brand_id: Mapped[UUID] = mapped_column(ForeignKey(Brand.id), index=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id), index=True)
    code: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(NAME)
    name_zh: Mapped[str | None] = mapped_column(NAME)
    discontinued_on: Mapped[date | None]

    __table_args__ = (UniqueConstraint("brand_id", "code"),)


class KitLine(Model):
    """One line of a model's bill of goods: this many of this part number in a complete kit."""

    __tablename__ = "kit_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    model_id: Mapped[UUID] = mapped_column(ForeignKey(ProductModel.id), index=True)
    sku: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(NAME)
    quantity: Mapped[int]

    __table_args__ = (
        UniqueConstraint("model_id", "sku"),
        CheckConstraint("quantity > 0", name="something"),
    )


class WorkSpec(Versioned, Model):
    """What a job of one type takes, for a model or for a category and all below it.

    The model's own comes before its category's, the nearer category before the farther.

    Attributes:
        crew: One entry for each seat, seat 0 leads: ``{"level": 1}``.
        tools: Tool codes needed.
        parts: Part number to count used up.
        licences: Licence kinds that belong to no brand, such as ``electrician``.
        photos: Photo kinds wanted as proof, such as ``before``, ``after``, ``serial``.
        needs_certificate: Whether a brand certificate is required at all.
    """

    __tablename__ = "work_specs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_type: Mapped[JobType]
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey(ProductModel.id), index=True)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id), index=True)
    work_seconds: Mapped[int]
    setup_seconds: Mapped[int] = mapped_column(default=600)
    crew: Mapped[JsonList] = mapped_column(default=lambda: [{"level": 1}])
    tools: Mapped[JsonList] = mapped_column(default=list)
    parts: Mapped[Json] = mapped_column(default=dict)
    licences: Mapped[JsonList] = mapped_column(default=list)
    photos: Mapped[JsonList] = mapped_column(default=list)
    needs_certificate: Mapped[bool] = mapped_column(default=True)
    service_days: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("job_type", "model_id"),
        UniqueConstraint("job_type", "category_id"),
        CheckConstraint("(model_id IS NULL) <> (category_id IS NULL)", name="one_scope"),
        CheckConstraint("work_seconds > 0", name="work_takes_time"),
    )


class PriceKind(StrEnum):
    """What a price is for."""

    VISIT = "visit"
    EXTRA = "extra"


class Price(Versioned, Model):
    """What one thing costs the payer while it is valid.

    ``code`` is ``visit`` or the extra's: ``pipe-metre``, ``drilling``, ``height``, ``removal``.
    The most specific valid price wins: brand before none, nearer category before farther.
    """

    __tablename__ = "prices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[PriceKind]
    code: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(NAME)
    name_zh: Mapped[str | None] = mapped_column(NAME)
    unit: Mapped[str] = mapped_column(sa.String(20))
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey(Brand.id), index=True)
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id))
    job_type: Mapped[JobType | None]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="dates_in_order"),
        CheckConstraint("amount_minor >= 0", name="not_negative"),
    )


class PayRate(Versioned, Model):
    """What a technician earns for a visit of a type, for a category and all below it."""

    __tablename__ = "pay_rates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    job_type: Mapped[JobType]
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id))
    level: Mapped[int] = mapped_column(default=1)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="dates_in_order"),
    )
