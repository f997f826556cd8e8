"""Of the prices that are valid on a day, the most specific one counts."""

from datetime import date

import pytest

from app.catalogue import queries
from app.catalogue.models import JobType, PayRate, Price, PriceKind
from app.core.db import db, unit_of_work
from tests.factories import made, make_brand, make_category

pytestmark = pytest.mark.usefixtures("app")

MARCH = date(2026, 3, 2)


def make_price(**given):
    values = {
        "kind": PriceKind.EXTRA,
        "code": "drilling",
        "name": "Drilling",
        "unit": "hole",
        "amount_minor": 1000,
        "currency": "CNY",
        "valid_from": date(2026, 1, 1),
    }
    with unit_of_work():
        price = Price(**(values | given))
        db.session.add(price)
    return price


def drilling(*, brand=None, category=None, on=MARCH):
    found = queries.price_for(
        "drilling",
        brand_id=brand and brand.id,
        category_id=category and category.id,
        job_type=JobType.INSTALL,
        on=on,
    )
    return found and found.amount_minor


def test_a_brands_own_price_comes_before_everybodys():
    brand = make_brand()
    make_price(amount_minor=1000)
    make_price(amount_minor=1500, brand_id=brand.id)

    assert drilling(brand=brand) == 1500
    assert drilling(brand=make_brand()) == 1000


def test_the_nearer_category_comes_before_the_farther():
    flooring = make_category()
    wood = make_category(parent=flooring)
    make_price(amount_minor=1000, category_id=flooring.id)
    make_price(amount_minor=1200, category_id=wood.id)

    assert drilling(category=wood) == 1200
    assert drilling(category=flooring) == 1000


def test_a_price_counts_on_its_first_and_its_last_day_and_no_longer():
    make_price(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31))

    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [drilling(on=day) for day in days] == [None, 1000, 1000, None]


def test_a_new_price_list_replaces_the_old_one_from_its_first_day():
    make_price(amount_minor=1000, valid_from=date(2026, 1, 1))
    make_price(amount_minor=1100, valid_from=date(2026, 3, 1))

    assert drilling(on=date(2026, 2, 28)) == 1000
    assert drilling(on=date(2026, 3, 1)) == 1100


def test_pay_is_the_highest_level_that_the_technician_has_reached():
    for level, amount in ((1, 5000), (2, 6000), (3, 8000)):
        made(
            PayRate,
            job_type=JobType.INSTALL,
            level=level,
            amount_minor=amount,
            currency="CNY",
            valid_from=date(2026, 1, 1),
        )

    found = queries.pay_for(JobType.INSTALL, category_id=None, level=2, on=MARCH)

    assert found.amount_minor == 6000
