"""Orders as somebody might send them; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.catalogue.models import JobType, KitLine, WorkSpec
from app.core import clock
from app.core.db import unit_of_work
from app.jobs import service
from app.jobs.queries import reading
from app.jobs.rules.orders import (
    NewCustomer,
    NewItem,
    NewJob,
    NewOrder,
    NewParcel,
    NewPlace,
)
from tests.factories import (
    administrator,
    made,
    make_brand,
    make_category,
    make_model,
    make_territory,
)

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Guangzhou."""
TOMORROW = (NOW + timedelta(days=1), NOW + timedelta(days=1, hours=3))


class Shop:
    """A brand in a territory, an air conditioner in two parcels, what installing it takes."""

    def __init__(self, **spec):
        self.territory = make_territory(code="GZ")
        self.brand = make_brand(code="NORTHWIND", service_days=5)
        self.category = make_category("split-ac")
        self.model = make_model(self.brand, self.category, code="NW-35", name="Split AC 3.5 kW")
        for sku in ("IDU-35", "ODU-35"):
            made(KitLine, model_id=self.model.id, sku=sku, name=sku, quantity=1)
        self.spec(JobType.INSTALL, **spec)

    def spec(self, job_type, **given):
        values = {"work_seconds": 5400, "setup_seconds": 600, "crew": [{"level": 2}, {"level": 1}]}
        values |= {"tools": ["pump"], "parts": {"PIPE-M": 3}, "category_id": self.category.id}
        return made(WorkSpec, job_type=job_type, **(values | given))


def place(**given):
    values = {"address": "广州市天河区体育西路123号2栋501", "lat": 23.13, "lon": 113.32}
    return NewPlace(**(values | given))


def job(**given):
    values = {
        "job_type": JobType.INSTALL,
        "place": place(),
        "items": (NewItem("NW-35"),),
        "window": TOMORROW,
    }
    return NewJob(**(values | given))


def order(*jobs, **given):
    values = {
        "brand": "NORTHWIND",
        "reference": "SO-1",
        "customer": NewCustomer("王小明", "138 0013 8000"),
    }
    return NewOrder(jobs=jobs or (job(),), **(values | given))


def parcel(tracking="SF1", contents=None, **given):
    return NewParcel(tracking, {} if contents is None else contents, **given)


def changed(sent, **given):
    """The same order with one job's values replaced."""
    return replace(sent, jobs=(replace(sent.jobs[0], **given), *sent.jobs[1:]))


def take(sent, *, actor=None, update=False):
    with clock.frozen(NOW), unit_of_work():
        return service.take_order(sent, actor=actor or administrator(), update=update)


def jobs_of(taken):
    return [found for _, found in reading.jobs_of_order(taken.order.id)]


def codes(found):
    return [blocker["code"] for blocker in found.blockers]
