"""Customers: known by phone and name."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.core.db import db, unit_of_work
from app.core.personal import masked
from app.core.phones import PhoneNotValid
from app.core.policies import NOBODY
from app.customers import queries, service
from app.customers.service import PhoneExpired
from tests.factories import TEST, dispatcher

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def find(name="王小明", phone="13800138000", **given):
    with clock.frozen(NOW), unit_of_work():
        return service.find_or_create(name, phone, actor=TEST, **given)


def test_the_same_number_and_name_is_the_same_customer_however_written():
    assert find().id == find(" 王小明 ", "+86 138-0013-8000").id


def test_a_family_may_share_a_number():
    assert find("王小明").id != find("李雷").id


def test_a_privacy_number_with_another_extension_is_somebody_else():
    assert find(phone="17012345678转11").id != find(phone="17012345678转12").id


def test_an_extension_belongs_to_the_number_and_its_expiry_is_kept():
    until = NOW + timedelta(days=7)

    customer = find(phone="17012345678转1234", phone_expires_at=until)

    assert (customer.phone, customer.phone_expires_at) == ("+8617012345678,1234", until)


def test_a_number_that_has_run_out_is_refused():
    with pytest.raises(PhoneExpired):
        find(phone="17012345678转1234", phone_expires_at=NOW)


def test_what_is_no_number_is_refused():
    with pytest.raises(PhoneNotValid):
        find(phone="call me")


def test_what_is_said_later_is_added():
    find()

    assert find(email="wang@example.com").email == "wang@example.com"


def test_a_corrected_number_is_found_under_the_new_one_only():
    customer = find(phone="17012345678转1234", phone_expires_at=NOW + timedelta(days=7))

    with unit_of_work():
        service.change_contact(customer, phone="13900139000", actor=TEST)

    assert db.session.scalars(queries.ids_with_phone("13900139000")).all() == [customer.id]
    assert db.session.scalars(queries.ids_with_phone("17012345678转1234")).all() == []
    assert customer.phone_expires_at is None


def test_name_and_number_are_sealed_at_rest_and_masked_on_show():
    customer = find()

    assert "王小明".encode() not in customer.name_sealed
    assert masked(customer, "name") == "王**"
    assert masked(customer, "phone") == "+86138****8000"


def test_consumers_are_not_listed_to_technicians_or_brands():
    find()

    assert db.session.scalars(queries.visible(dispatcher())).all()
    assert not db.session.scalars(queries.visible(NOBODY)).all()
