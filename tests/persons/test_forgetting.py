"""Whoever is forgotten cannot be read again, here, in a backup or after a restore."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.core import audit, clock, erasures, links, outbox, settings
from app.core.audit import AuditEntry
from app.core.db import db, unit_of_work
from app.core.errors import Forbidden
from app.core.failpoints import armed
from app.core.links import LinkNotValid, Purpose
from app.core.outbox import MessageState
from app.core.personal import FORGOTTEN, Person
from app.core.policies import Actor, Role
from app.customers import queries as customers
from app.customers import service as taking
from app.customers.models import Customer
from app.jobs.models import Job, JobState
from app.persons import queries, service
from app.persons.queries import PersonNotFound
from app.persons.service import PersonStillNeeded
from app.places.models import Place
from tests.factories import MONDAY_8AM, TEST, make_job, make_technician, make_user, number
from tests.racing import race

WHY = "asked by letter"
PHONE = "+8613800138000"


@pytest.fixture(autouse=True)
def erasure_list(app):
    erasures.path().unlink(missing_ok=True)
    yield erasures.path()
    erasures.path().unlink(missing_ok=True)


def took_in(name="王小明", phone=PHONE, state=JobState.DONE):
    with unit_of_work():
        customer = taking.find_or_create(name, phone, actor=TEST)
    job = make_job(customer=customer, state=state)
    with unit_of_work():
        job = db.session.get(Job, job.id)
        job.notes = "the key is under the mat"
    return job


def forget(job):
    person_id = job.person_id
    with unit_of_work():
        service.forget(person_id, actor=TEST, reason=WHY)
    db.session.expunge_all()


def reading(job):
    """Return the job and its customer as they are stored now."""
    db.session.rollback()
    db.session.expunge_all()
    job = db.session.get(Job, sa.inspect(job).identity[0])
    return job, db.session.get(Customer, job.customer_id)


def test_nothing_that_was_sealed_or_held_open_is_left():
    job = took_in()

    forget(job)

    job, customer = reading(job)
    place = db.session.get(Place, job.place_id)
    assert {customer.name, customer.phone, job.notes, place.address} == {FORGOTTEN}
    assert (place.lat, place.lon, place.address_index, customer.phone_index) == (
        None,
        None,
        "",
        "",
    )
    assert customer.name_sealed == job.notes_sealed == b""
    assert db.session.get(Person, job.person_id).wrapped_key is None
    assert list(db.session.scalars(customers.ids_with_phone(PHONE))) == []


def test_it_is_recorded_without_what_was_forgotten():
    job = took_in()

    forget(job)

    entry = audit.history("persons", job.person_id)[-1]
    assert (entry.action, entry.reason) == ("forget-person", WHY)
    told = [str((e.before, e.after)) for e in db.session.scalars(sa.select(AuditEntry))]
    assert not [text for text in told if "王小明" in text or PHONE in text]


def test_the_audit_keeps_no_position_and_no_blind_index_of_a_home(app):
    job = took_in()
    with unit_of_work():
        place = db.session.get(Place, job.place_id)
        place.lat, place.lon = 23.5, 113.5
        audit.change("move", place, actor=TEST)

    entry = audit.history("places", job.place_id)[-1]

    assert entry.before["lat"].startswith("sealed:")
    assert entry.after["lat"].startswith("sealed:")
    assert entry.before["lat"] != entry.after["lat"]
    assert "23.5" not in str(entry.after)


@pytest.mark.parametrize("state", [JobState.RELEASED, JobState.PLANNED, JobState.FAILED])
def test_whoever_waits_for_us_is_not_forgotten_and_the_job_is_named(state):
    job = took_in(state=state)

    with pytest.raises(PersonStillNeeded) as refused:
        forget(job)

    assert refused.value.details["needed"] == [{"kind": "jobs", "id": str(job.id)}]
    assert reading(job)[1].name == "王小明"
    assert erasures.read() == []


def test_whoever_works_here_or_may_sign_in_is_not_forgotten(app):
    technician, user = make_technician(), make_user(Role.DISPATCHER)

    for one in (technician, user):
        with pytest.raises(PersonStillNeeded), unit_of_work():
            service.forget(one.person_id, actor=TEST, reason=WHY)


def test_a_user_who_left_is_forgotten_with_their_login(app):
    user = make_user(Role.DISPATCHER)

    with unit_of_work():
        db.session.get(User, user.id).disabled_at = clock.now()
        db.session.flush()
        service.forget(user.person_id, actor=TEST, reason=WHY)

    db.session.refresh(user)
    assert user.login == f"forgotten-{user.id}"
    assert user.password_hash is None


def test_messages_to_them_are_emptied_and_their_links_end():
    job = took_in()
    with unit_of_work():
        secret, link = links.mint(Purpose.JOB, job.id)
        db.session.add(link)
        recipient = f"customer:{job.customer_id}"
        message = outbox.enqueue("t", about="a:1", recipient=recipient, payload={"to": PHONE})

    forget(job)

    kept = db.session.get(outbox.OutboxMessage, message.id)
    assert (kept.payload, kept.state) == ({}, MessageState.WITHDRAWN)
    with pytest.raises(LinkNotValid):
        links.find(secret, Purpose.JOB)


def test_only_who_answers_for_personal_data_forgets():
    job = took_in()
    dispatcher = Actor(via="session", name="d", roles=frozenset({Role.DISPATCHER}))

    for act in (service.forget, service.export):
        with pytest.raises(Forbidden), unit_of_work():
            act(job.person_id, actor=dispatcher, reason=WHY)
    with pytest.raises(PersonNotFound), unit_of_work():
        service.forget(job.id, actor=TEST, reason=WHY)


def test_whoever_comes_back_is_a_new_person():
    forgotten = took_in()
    forget(forgotten)

    again = took_in()

    assert again.person_id != forgotten.person_id
    assert reading(again)[1].name == "王小明"


def test_a_restored_backup_forgets_again_whom_it_had_before(app):
    job = took_in()
    before = {
        table: [dict(row) for row in db.session.execute(sa.select(table)).mappings()]
        for table in (Person.__table__, Customer.__table__, Place.__table__)
    }
    forget(job)
    with unit_of_work():
        for table, rows in before.items():
            for row in rows:
                key = table.primary_key.columns.values()[0]
                db.session.execute(sa.update(table).where(key == row[key.name]).values(row))
    assert reading(job)[1].name == "王小明"

    assert service.replay(actor=TEST) == 1

    assert reading(job)[1].name == FORGOTTEN
    assert service.replay(actor=TEST) == 0


def test_the_list_is_written_first_so_that_a_crash_in_between_is_made_up_for(erasure_list):
    job = took_in()

    with armed("forget.after_list", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        forget(job)

    assert reading(job)[1].name == "王小明"
    assert [one.person_id for one in erasures.read()] == [reading(job)[0].person_id]
    service.replay(actor=TEST)
    assert reading(job)[1].name == FORGOTTEN


def test_nobody_is_forgotten_whom_the_list_cannot_take(tmp_path, app):
    job = took_in()
    (tmp_path / "list").mkdir()
    settings.use(settings.Settings(erasure_list_file=str(tmp_path / "list")))

    with pytest.raises(OSError, match="directory"):
        forget(job)

    settings.use(app.config["SHIFU"])
    assert reading(job)[1].name == "王小明"


def test_a_list_that_was_cut_off_while_written_is_read_a_damaged_one_is_not(erasure_list):
    job = took_in()
    forget(job)
    with erasure_list.open("a") as file:
        file.write('{"person": "')
    assert [one.person_id for one in erasures.read()] == [job.person_id]

    erasure_list.write_text("rubbish\n" + erasure_list.read_text())
    with pytest.raises(erasures.ErasureListDamaged, match="line 1"):
        erasures.read()


def test_forgetting_and_a_new_order_of_the_same_person_never_mix(app):
    """Red without the lock on the person: the job is left with somebody who is forgotten."""
    for round_no in range(12):
        phone = f"+86138001390{round_no:02d}"
        job = took_in(phone=phone)
        place, brand, category = job.place_id, job.brand_id, job.category_id

        def order(phone=phone, place=place, brand=brand, category=category, job=job):
            with unit_of_work():
                customer = taking.find_or_create("王小明", phone, actor=TEST)
                new = Job(
                    person=customer.person,
                    number=f"N{number():06d}",
                    job_type=job.job_type,
                    brand_id=brand,
                    category_id=category,
                    customer_id=customer.id,
                    place_id=place,
                    territory_id=job.territory_id,
                    state=JobState.RELEASED,
                    work_seconds=3600,
                    created_at=MONDAY_8AM,
                )
                db.session.add(new)
                return new.id if db.session.flush() is None else None

        def erase(job=job):
            with unit_of_work():
                service.forget(job.person_id, actor=TEST, reason=WHY)

        ends = race(app, order, erase)

        db.session.expunge_all()
        new = db.session.get(Job, ends[0])
        assert new.person.forgotten_at is None
        assert db.session.get(Customer, new.customer_id).name == "王小明"


def test_whom_we_have_not_dealt_with_for_long_is_expired_and_nobody_else(app):
    old, open_, recent = (
        took_in(name=name, phone=f"+861380013900{n}", state=state)
        for n, (name, state) in enumerate(
            [("old", JobState.DONE), ("open", JobState.RELEASED), ("recent", JobState.DONE)]
        )
    )
    with unit_of_work():
        db.session.execute(sa.update(Place).values(state_since=MONDAY_8AM))
        later = MONDAY_8AM + timedelta(days=700)
        db.session.execute(sa.update(Job).where(Job.id == recent.id).values(created_at=later))

    with clock.frozen(MONDAY_8AM + timedelta(days=731)):
        assert service.expired() == [old.person_id]
    with clock.frozen(MONDAY_8AM + timedelta(days=729)):
        assert service.expired() == []
    settings.use(settings.Settings(keep_personal_days=0))
    with clock.frozen(MONDAY_8AM + timedelta(days=9999)):
        assert service.expired() == []
    assert open_.id


def test_everything_that_is_held_is_exported_and_that_it_was_is_recorded():
    job = took_in()

    with unit_of_work():
        told = service.export(job.person_id, actor=TEST, reason=WHY)

    assert told.data["customers"][0]["name"] == "王小明"
    assert told.data["places"][0]["lat"] == 23.13
    assert told.data["jobs"][0]["notes"] == "the key is under the mat"
    seen = queries.seen(job.person_id, actor=TEST)
    assert [(one.action, one.reason) for one in seen] == [("export-person", WHY)]
