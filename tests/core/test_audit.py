"""Every change leaves who, what, when, why, before and after."""

import pytest

from app.accounts.models import Partner
from app.core import audit
from app.core.db import db, unit_of_work
from tests.factories import TEST, make_customer, make_partner

pytestmark = pytest.mark.usefixtures("app")


def test_a_change_shows_before_and_after():
    partner = make_partner(code="A", name="before")

    with unit_of_work():
        row = db.session.get(Partner, partner.id)
        row.name = "after"
        audit.change("rename-partner", row, actor=TEST, reason="they asked")

    [entry] = audit.history("partners", partner.id)
    assert (entry.before, entry.after) == ({"name": "before"}, {"name": "after"})
    assert (entry.actor, entry.reason) == ("system:test", "they asked")


def test_personal_values_appear_as_a_fingerprint_only():
    customer = make_customer(name="Ada")

    with unit_of_work():
        row = db.session.get(type(customer), customer.id)
        row.name = "Grace"
        audit.change("rename-customer", row, actor=TEST)

    [entry] = audit.history("customers", customer.id)
    assert entry.after["name_sealed"].startswith("sealed:")
    assert "Grace" not in str(entry.after)


def test_a_new_row_is_named_before_it_is_flushed():
    with unit_of_work():
        partner = Partner(code="A", name="A")
        db.session.add(partner)
        audit.change("create-partner", partner, actor=TEST)

    assert [entry.action for entry in audit.history("partners", partner.id)] == ["create-partner"]
