"""Changing price lists and pay rates: dated data, a new amount is a new row."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import policies, queries
from app.catalogue.models import PayRate, Price
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.policies import Actor, require
from app.core.saving import save

PRICE_SCOPE = ("kind", "code", "brand_id", "category_id", "job_type", "currency", "valid_from")
PAY_SCOPE = ("job_type", "category_id", "level", "currency", "valid_from")


class PriceExists(Conflict):
    """There is a price for exactly this from that day on."""

    code = "price-exists"


class PayRateExists(Conflict):
    """There is a pay rate for exactly this from that day on."""

    code = "pay-rate-exists"


class DatesNotInOrder(Invalid):
    """The last day lies before the first."""

    code = "dates-not-in-order"


def add_price(values: Mapping[str, Any], *, actor: Actor) -> Price:
    """Add a price valid from a day on; where several apply, the most specific one counts.

    Raises:
        PriceExists: the same thing has a price from the same day on.
        DatesNotInOrder: it ends before it begins.
    """
    require(policies.can_change(actor), "add-price")
    require_order(values["valid_from"], values.get("valid_until"))
    if price_of_scope(values) is not None:
        raise PriceExists(price=values["code"])
    price = Price()
    db.session.add(price)
    save("add-price", price, values, actor=actor)
    return price


def change_price(price_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> Price:
    """Correct a price's amount or name, or say which day is its last.

    Raises:
        PriceNotFound: there is none for this actor.
        DatesNotInOrder: it would end before it begins.
    """
    price = queries.get(Price, price_id, actor=actor, locked=True)
    require(policies.can_change(actor), "change-price")
    require_order(price.valid_from, changes.get("valid_until"))
    save("change-price", price, changes, actor=actor)
    return price


def add_pay_rate(values: Mapping[str, Any], *, actor: Actor) -> PayRate:
    """Add what technicians earn for a job type from a day on.

    Raises:
        PayRateExists: the same work has a rate from the same day on.
        DatesNotInOrder: it ends before it begins.
    """
    require(policies.can_change(actor), "add-pay-rate")
    require_order(values["valid_from"], values.get("valid_until"))
    if pay_rate_of_scope(values) is not None:
        raise PayRateExists(job_type=values["job_type"])
    rate = PayRate()
    db.session.add(rate)
    save("add-pay-rate", rate, values, actor=actor)
    return rate


def change_pay_rate(rate_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> PayRate:
    """Correct a rate's amount, or say which day is its last.

    Raises:
        PayRateNotFound: there is none for this actor.
        DatesNotInOrder: it would end before it begins.
    """
    rate = queries.get(PayRate, rate_id, actor=actor, locked=True)
    require(policies.can_change(actor), "change-pay-rate")
    require_order(rate.valid_from, changes.get("valid_until"))
    save("change-pay-rate", rate, changes, actor=actor)
    return rate


def price_of_scope(values: Mapping[str, Any]) -> Price | None:
    """Return the price of exactly this thing that begins on exactly this day."""
    same = [getattr(Price, name) == values.get(name) for name in PRICE_SCOPE]
    return db.session.scalar(sa.select(Price).where(*same))


def pay_rate_of_scope(values: Mapping[str, Any]) -> PayRate | None:
    """Return the rate of exactly this work that begins on exactly this day."""
    same = [getattr(PayRate, name) == values.get(name) for name in PAY_SCOPE]
    return db.session.scalar(sa.select(PayRate).where(*same))


def require_order(first: date, last: date | None) -> None:
    """Insist that days of validity are in order.

    Raises:
        DatesNotInOrder: they are not.
    """
    if last is not None and last < first:
        raise DatesNotInOrder(
            errors=[problem_of("valid_until", "lies before the first day", value=str(last))]
        )
