"""Personal data at rest."""

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from app.core import personal
from app.core.db import db, unit_of_work
from app.core.personal import Person, blind_index, masked
from app.customers.models import Customer
from tests.factories import make_customer

pytestmark = pytest.mark.usefixtures("app")


def test_what_is_stored_is_not_readable():
    customer = make_customer(name="王小明", phone="+8613800138000")

    stored = db.session.execute(sa.select(Customer.__table__)).mappings().one()

    assert "王小明".encode() not in stored["name_sealed"]
    assert customer.name == "王小明"


def test_a_value_is_masked_for_those_who_need_not_read_it():
    customer = make_customer(name="王小明", phone="+8613800138000")

    assert masked(customer, "name") == "王**"
    assert masked(customer, "phone") == "+86138****8000"


def test_the_extension_of_a_privacy_number_is_masked_whole():
    customer = make_customer(phone="+8617012345678,1234")

    assert masked(customer, "phone") == "+86170****5678,****"


def test_forgetting_a_person_makes_their_values_unreadable_for_good():
    customer = make_customer()

    with unit_of_work():
        person = db.session.get(Person, customer.person_id)
        person.wrapped_key = None

    db.session.refresh(customer)
    assert customer.name == personal.FORGOTTEN


def test_a_sealed_value_moved_to_another_person_does_not_open():
    first, second = make_customer(name="Ada"), make_customer(name="Bob")
    with unit_of_work():
        db.session.execute(
            sa.update(Customer)
            .where(Customer.id == second.id)
            .values(name_sealed=first.name_sealed)
        )

    db.session.refresh(second)

    with pytest.raises(InvalidTag):
        _ = second.name


def test_the_blind_index_finds_the_same_value_and_tells_nothing_else():
    assert blind_index("phone", "+8613800138000") == blind_index("phone", "+8613800138000")
    assert blind_index("phone", "+8613800138000") != blind_index("address", "+8613800138000")


def test_writing_the_same_value_again_changes_nothing():
    customer = make_customer(name="Ada")
    before = customer.name_sealed

    customer.name = "Ada"

    assert customer.name_sealed == before


def test_every_table_of_persons_declares_what_it_holds_and_why():
    assert all(declaration.why for _, _, declaration in personal.declared())
