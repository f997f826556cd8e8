"""What import files of the catalogue hold, and how their rows are written."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import queries
from app.catalogue.models import Brand, Category, JobType, ProductModel
from app.catalogue.service import goods, money, work
from app.core import cells, settings
from app.core.columns import Row
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.imports import Context, Outcome
from app.core.money import minor_digits
from app.core.references import referred
from app.core.saving import RowDiffers, given, merge

JOB_TYPES = {
    "安装": JobType.INSTALL,
    "维修": JobType.REPAIR,
    "保养": JobType.MAINTAIN,
    "拆除": JobType.REMOVE,
    "测量": JobType.SURVEY,
}
parse_job_type = cells.one_of(JobType, JOB_TYPES)
Found = TypeVar("Found")


class RowNotValid(Invalid):
    """This line does not fit what is there."""

    code = "row-not-valid"


def refuse(field: str, message: str, *, value: Any = None, remedy: str = "") -> NoReturn:
    """Refuse a line because of one of its fields.

    Raises:
        RowNotValid: always.
    """
    raise RowNotValid(errors=[problem_of(field, message, value=value, remedy=remedy)])


def named(
    field: str,
    code: str,
    context: Context,
    look_up: Callable[[str], Found],
    *,
    within: UUID | None = None,
) -> Found:
    """Look up what a cell names, once for the run.

    ``within`` is the brand whose code it is, where codes are a brand's own.

    Raises:
        ReferenceUnknown: there is no such thing.
    """
    return context.once((field, within, code), lambda: referred(field, code, look_up))


def brand_of(row: Row, context: Context) -> Brand:
    """Return the brand that a line names."""
    return named("brand", row["brand"], context, queries.brand_by_code)


def category_of(row: Row, context: Context) -> Category:
    """Return the category that a line names."""
    return named("category", row["category"], context, queries.category_by_code)


def minor_of(field: str, amount: Decimal, currency: str) -> int:
    """Turn an amount in major units into minor ones.

    Raises:
        RowNotValid: it is negative, or finer than the currency goes.
    """
    scaled = amount.scaleb(minor_digits(currency))
    if scaled != scaled.to_integral_value() or not 0 <= scaled < 10**12:
        refuse(field, f"is not an amount in {currency}", value=str(amount))
    return int(scaled)


def parse_kit(cell: str) -> list[dict[str, Any]]:
    """Read a bill of goods: ``IDU-35:indoor unit*1;ODU-35:outdoor unit*1``."""
    kit = []
    for text, count in cells.counts(cell.replace("：", ":")).items():
        sku, _, name = text.partition(":")
        kit.append({"sku": sku.strip(), "name": name.strip() or sku.strip(), "quantity": count})
    if len({line["sku"] for line in kit}) < len(kit):
        raise ValueError("names a part twice")
    return kit


def parse_crew(cell: str) -> list[dict[str, int]]:
    """Read the level of each seat: ``2;1`` is two people, the first leads."""
    level = cells.whole(1, 5)
    return [{"level": level(word)} for word in cells.words(cell)]


def parse_currency(cell: str) -> str:
    if len(cell) != 3 or not cell.isalpha() or not cell.isascii():
        raise ValueError("is not a currency; write its three letters")
    return cell.upper()


def _amount(row: Row) -> dict[str, Any]:
    currency = row["currency"] or settings.current().currency
    return {"amount_minor": minor_of("amount", row["amount"], currency), "currency": currency}


def _scope(row: Row, context: Context) -> dict[str, Any]:
    """Return the ids of the brand and category a line may name."""
    return {
        "brand_id": brand_of(row, context).id if row["brand"] else None,
        "category_id": category_of(row, context).id if row["category"] else None,
    }


def apply_brand(row: Row, context: Context) -> Outcome:
    brand = db.session.scalar(sa.select(Brand).where(Brand.code == row["code"]))
    if brand is None:
        goods.add_brand(given(row, *row), actor=context.actor)
        return Outcome.CREATED
    change = partial(goods.change_brand, brand.id, actor=context.actor)
    return merge(brand, row, context, change)


def apply_category(row: Row, context: Context) -> Outcome:
    names = given(row, "code", "name", "name_zh")
    above = row["parent"]  # found afresh: an earlier line of the file may have made it
    parent = referred("parent", above, queries.category_by_code) if above else None
    category = db.session.scalar(sa.select(Category).where(Category.code == row["code"]))
    if category is None:
        goods.add_category(names, parent=parent, actor=context.actor)
        return Outcome.CREATED
    if parent is not None and category.parent_id != parent.id:
        refuse("parent", "is another than before; a category stays in its place")
    change = partial(goods.change_category, category.id, actor=context.actor)
    return merge(category, names, context, change)


def apply_model(row: Row, context: Context) -> Outcome:
    brand_id = brand_of(row, context).id
    values = given(row, "code", "name", "name_zh", "discontinued_on")
    values["category_id"] = category_of(row, context).id
    same = (ProductModel.brand_id == brand_id, ProductModel.code == row["code"])
    model = db.session.scalar(sa.select(ProductModel).where(*same))
    if model is None:
        values["brand_id"] = brand_id
        goods.add_model(values, kit=row["kit"], actor=context.actor)
        return Outcome.CREATED
    change = partial(goods.change_model, model.id, actor=context.actor)
    outcome = merge(model, values, context, change)
    return _merge_kit(model, row["kit"], context, outcome)


def _merge_kit(
    model: ProductModel, kit: list[dict[str, Any]] | None, context: Context, so_far: Outcome
) -> Outcome:
    if kit is None or not goods.set_kit(model, kit, actor=context.actor):
        return so_far
    if not context.update:
        remedy = "import with update to change it"
        raise RowDiffers(errors=[problem_of("kit", "differs from what is there", remedy=remedy)])
    return Outcome.UPDATED


def apply_work_spec(row: Row, context: Context) -> Outcome:
    values = given(row, "job_type", "crew", "tools", "parts", "licences", "photos")
    values |= given(row, "needs_certificate", "service_days")
    values["work_seconds"] = row["minutes"] * 60
    if row["setup_minutes"] is not None:
        values["setup_seconds"] = row["setup_minutes"] * 60
    values["model_id"], values["category_id"] = _scope_of(row, context)
    spec = work.of_scope(row["job_type"], values["model_id"], values["category_id"])
    if spec is None:
        work.add_work_spec(values, actor=context.actor)
        return Outcome.CREATED
    change = partial(work.change_work_spec, spec.id, actor=context.actor)
    return merge(spec, values, context, change)


def _scope_of(row: Row, context: Context) -> tuple[UUID | None, UUID | None]:
    """Return the model's id or the category's, whichever the line is about."""
    if row["model"] is None:
        return None, category_of(row, context).id if row["category"] else None
    if row["brand"] is None or row["category"] is not None:
        refuse("model", "needs its brand, and no category", value=row["model"])
    brand_id = brand_of(row, context).id
    look_up = partial(queries.model_by_code, brand_id)
    return named("model", row["model"], context, look_up, within=brand_id).id, None


def apply_price(row: Row, context: Context) -> Outcome:
    values = given(row, "kind", "code", "name", "name_zh", "unit", "job_type", "valid_from")
    values |= given(row, "valid_until") | _amount(row) | _scope(row, context)
    price = money.price_of_scope(values)
    if price is None:
        money.add_price(values, actor=context.actor)
        return Outcome.CREATED
    change = partial(money.change_price, price.id, actor=context.actor)
    return merge(price, values, context, change)


def apply_pay_rate(row: Row, context: Context) -> Outcome:
    values = given(row, "job_type", "valid_from", "valid_until") | _amount(row)
    values["level"] = row["level"] or 1
    values["category_id"] = category_of(row, context).id if row["category"] else None
    rate = money.pay_rate_of_scope(values)
    if rate is None:
        money.add_pay_rate(values, actor=context.actor)
        return Outcome.CREATED
    change = partial(money.change_pay_rate, rate.id, actor=context.actor)
    return merge(rate, values, context, change)
