"""Taking orders in."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.catalogue.models import JobType
from app.core import clock
from app.core.db import db, unit_of_work
from app.core.events import collected
from app.core.imports import Outcome
from app.core.phones import PhoneNotValid
from app.customers.models import Customer, Item
from app.customers.service import PhoneExpired
from app.jobs import service
from app.jobs.events import JobReleased, OrderTaken
from app.jobs.models import Job, JobState, Order
from app.jobs.queries import JobNotFound, order_views, view
from app.jobs.rules.orders import NewCustomer, NewItem, NewLink, OrderNotValid
from app.jobs.service import OrderDiffers
from app.places.events import PlaceLocated
from tests.factories import administrator, brand_key, dispatcher, make_brand
from tests.jobs.sent import NOW, TOMORROW, Shop, changed, job, jobs_of, order, parcel, place, take

pytestmark = pytest.mark.usefixtures("app")


def refusal(sent, **options):
    with pytest.raises(OrderNotValid) as error:
        take(sent, **options)
    return {problem["field"] for problem in error.value.details["errors"]}


def test_an_order_becomes_a_job_that_asks_for_what_the_catalogue_says():
    shop = Shop()

    taken = take(order())

    [found] = jobs_of(taken)
    assert taken.outcome is Outcome.CREATED
    assert (found.job_type, found.model_id) == (JobType.INSTALL, shop.model.id)
    assert (found.work_seconds, found.setup_seconds) == (5400, 600)
    assert found.crew == [{"level": 2}, {"level": 1}]
    assert (found.tools, found.parts) == (["pump"], {"PIPE-M": 3})
    assert (found.window_start, found.window_end) == TOMORROW


def test_a_job_with_goods_place_and_duration_is_released_with_the_brands_deadline():
    Shop()

    [found] = jobs_of(take(order()))

    assert found.state is JobState.RELEASED
    assert found.due_at.isoformat() == "2026-03-07T16:00:00+00:00"  # the end of 7 March there


def test_a_window_is_a_proposal_until_the_sender_says_it_was_agreed():
    Shop()

    [proposed] = jobs_of(take(order()))
    [agreed] = jobs_of(take(order(job(is_confirmed=True), reference="SO-2")))

    assert proposed.window_confirmed_at is None
    assert agreed.window_confirmed_at == NOW


def test_a_job_has_a_short_number_and_the_customer_is_known_by_phone_and_name():
    Shop()
    take(order())

    [found] = jobs_of(take(order(reference="SO-2")))

    assert len(found.number) == 9
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 1
    assert view(found).customer.phone == "+8613800138000"


def test_the_same_order_again_is_unchanged():
    Shop()
    first = take(order())

    again = take(replace(order(), customer=NewCustomer(" 王小明 ", "+86 138-0013-8000")))

    assert (again.outcome, again.order.id) == (Outcome.UNCHANGED, first.order.id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1


def test_another_order_under_the_same_reference_is_reported_with_what_differs():
    Shop()
    take(order())

    with pytest.raises(OrderDiffers) as error:
        take(changed(order(), notes="the dog bites"))

    assert [p["field"] for p in error.value.details["errors"]] == ["jobs.1.notes"]


def test_another_brands_order_may_have_the_same_reference():
    Shop()
    other = make_brand(code="OTHER")
    take(order())

    repair = job(job_type=JobType.REPAIR, items=(), category="split-ac", work_seconds=3600)
    taken = take(order(repair, brand=other.code))

    assert taken.outcome is Outcome.CREATED


def test_a_brand_sends_its_own_orders_and_learns_nothing_of_others():
    shop = Shop()
    stranger = make_brand()

    assert take(order(), actor=brand_key(shop.brand)).outcome is Outcome.CREATED
    assert refusal(order(reference="SO-2"), actor=brand_key(stranger)) == {"brand"}


def test_several_items_add_their_work_and_their_parts_but_not_the_set_up():
    Shop()

    [found] = jobs_of(take(order(job(items=(NewItem("NW-35", quantity=3),)))))

    assert (found.work_seconds, found.setup_seconds) == (3 * 5400, 600)
    assert found.parts == {"PIPE-M": 9}
    assert len(view(found).items) == 3


def test_an_item_with_a_serial_is_the_one_known_already():
    Shop()
    take(order(job(items=(NewItem("NW-35", serial="A1"),))))

    take(order(job(items=(NewItem("NW-35", serial="A1"),)), reference="SO-2"))

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Item)) == 1


def test_a_fourth_floor_without_lift_lengthens_the_set_up():
    Shop()

    [found] = jobs_of(take(order(job(place=place(floor=4, has_lift=False)))))

    assert found.setup_seconds == 600 + 3 * 120


def test_minutes_given_override_the_catalogue():
    Shop()

    [found] = jobs_of(take(order(job(work_seconds=7200))))

    assert found.work_seconds == 7200


def test_work_longer_than_a_visit_is_split_for_the_same_technician_on_following_days():
    Shop()

    parts = jobs_of(take(order(job(work_seconds=20 * 3600))))

    assert [part.work_seconds for part in parts] == [28800, 28800, 14400]
    assert [part.window_start for part in parts] == [TOMORROW[0], None, None]
    assert [part.parts for part in parts] == [{"PIPE-M": 3}, {}, {}]
    [(link, before)] = view(parts[1]).after
    assert (before.id, link.technician.value) == (parts[0].id, "same")
    assert link.min_gap_seconds == 10 * 3600


def test_removing_the_old_comes_before_installing_the_new():
    shop = Shop()
    shop.spec(JobType.REMOVE, work_seconds=1800)
    install = job(after=(NewLink("old"),))
    remove = job(ref="old", job_type=JobType.REMOVE, items=(), category="split-ac")

    [first, second] = jobs_of(take(order(install, remove)))

    assert [before.number for _, before in view(first).after] == [second.number]
    assert {first.state, second.state} == {JobState.RELEASED}


def test_taking_an_order_is_announced_once_with_the_jobs_released():
    Shop()

    with clock.frozen(NOW), unit_of_work(), collected() as recorded:
        service.take_order(order(), actor=administrator())

    ours = [type(event) for event in recorded if type(event) is not PlaceLocated]
    assert ours == [OrderTaken, JobReleased]


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        pytest.param(order(brand="NOBODY"), {"brand"}, id="unknown brand"),
        pytest.param(order(job(items=(NewItem("X"),))), {"model"}, id="unknown model"),
        pytest.param(order(job(items=())), {"model"}, id="no goods"),
        pytest.param(order(job(window=TOMORROW[::-1])), {"window_end"}, id="window backwards"),
        pytest.param(order(job(window=None, is_confirmed=True)), {"confirmed"}, id="no window"),
        pytest.param(order(job(), job()), {"job_ref"}, id="one ref twice"),
        pytest.param(order(job(after=(NewLink("9"),))), {"after"}, id="link to nowhere"),
        pytest.param(order(job(after=(NewLink("1"),))), {"after"}, id="link to itself"),
        pytest.param(order(job(priority=9)), {"priority"}, id="priority off the scale"),
        pytest.param(order(job(items=(NewItem("NW-35", 0),))), {"quantity"}, id="no item"),
        pytest.param(order(parcels=(parcel(), parcel())), {"parcels"}, id="one parcel twice"),
        pytest.param(order(job(place=place(territory="X"))), {"territory"}, id="no territory"),
    ],
)
def test_an_order_that_contradicts_itself_is_refused_naming_the_field(sent, fields):
    Shop()

    assert refusal(sent) == fields
    assert db.session.scalar(sa.select(Order.id)) is None


@pytest.mark.parametrize(
    ("customer", "error"),
    [
        pytest.param(NewCustomer("王", "12"), PhoneNotValid, id="no phone number"),
        pytest.param(
            NewCustomer("王", "17012345678转12", phone_expires_at=NOW - timedelta(days=1)),
            PhoneExpired,
            id="a privacy number that has run out",
        ),
    ],
)
def test_a_customer_who_cannot_be_called_is_refused(customer, error):
    Shop()

    with pytest.raises(error):
        take(order(customer=customer))


def test_a_privacy_number_keeps_its_extension_and_expiry():
    Shop()
    until = NOW + timedelta(days=30)

    taken = take(order(customer=NewCustomer("王", "17012345678转1234", phone_expires_at=until)))

    [shown] = order_views([taken.order])
    assert shown.customer.phone == "+8617012345678,1234"
    assert shown.customer.phone_expires_at == until


def test_a_dispatcher_of_another_territory_does_not_see_the_job():
    Shop()
    [found] = jobs_of(take(order()))

    with pytest.raises(JobNotFound), unit_of_work():
        service.cancel(found.id, reason="no", actor=dispatcher())
