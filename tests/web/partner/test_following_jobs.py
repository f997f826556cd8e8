"""Brands follow the jobs they sent, partners those their people do; neither sees another's."""

import csv
import io
import re

from app.core import audit
from app.core.db import db
from app.core.policies import Role
from app.jobs.models import Job, JobState
from app.web.partner.outcomes import kept
from tests.factories import make_brand, make_customer, make_job
from tests.planning.world import at
from tests.ratings.made import complete_visit
from tests.visits.made import assign, make_visit
from tests.web.signed_in import browser


def rows(answer):
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_whoever_signs_in_for_a_brand_or_partner_starts_with_their_jobs(team, brand):
    for client in (team, brand):
        assert client.get("/").headers["Location"].endswith("/partner/jobs")


def test_a_brand_sees_its_own_jobs_and_nobody_elses(world, brand):
    mine, other = world.job(), make_job(territory=world.territory, brand=make_brand())

    page = brand.get("/partner/jobs").text

    assert mine.number in page
    assert other.number not in page


def test_a_partner_sees_the_jobs_of_its_people_alone(world, partner, team, rival):
    hers = world.technician(partner_id=partner.id)
    given, not_given = world.job(state=JobState.PLANNED), world.job()
    make_visit(hers, job=given)

    page = team.get("/partner/jobs").text

    assert given.number in page
    assert not_given.number not in page
    assert given.number not in rival.get("/partner/jobs").text


def test_a_job_that_went_to_another_is_no_longer_seen(world, partner, team):
    hers, other = world.technician(partner_id=partner.id), world.technician()
    job = world.job(state=JobState.PLANNED)
    visit = make_visit(job=job)
    assign(visit, hers, active=False)
    assign(visit, other)

    assert job.number not in team.get("/partner/jobs").text


def test_a_completed_job_stays_with_the_partner_that_did_it(world, partner, team):
    hers = world.technician(partner_id=partner.id)
    visit = complete_visit(hers, territory=world.territory, brand=world.brand)
    number = db.session.get_one(Job, visit.job_id).number

    assert number in team.get("/partner/jobs?state=done").text


def test_consumers_are_masked_for_both(world, partner, team, brand):
    hers = world.technician(partner_id=partner.id)
    customer = make_customer(name="欧阳娜娜", phone="+8613712345678")
    make_visit(hers, job=world.job(customer=customer, state=JobState.PLANNED))

    for client in (team, brand):
        page = client.get("/partner/jobs").text
        assert "欧阳娜娜" not in page
        assert "13712345678" not in page


def test_a_promise_is_kept_by_whoever_comes_before_the_window_closes(world):
    job = world.job(9, 11)

    assert kept(job, at(8.9)) is True
    assert kept(job, at(11)) is True
    assert kept(job, at(11.1)) is False


def test_what_was_not_promised_or_is_still_to_come_is_neither_kept_nor_broken(world):
    assert kept(world.job(promised=False), at(9)) is None
    assert kept(world.job(), None) is None


def test_the_export_has_the_same_rows_and_nothing_personal(world, brand):
    customer = make_customer(name="欧阳娜娜", phone="+8613712345678")
    mine = world.job(customer=customer)
    make_job(territory=world.territory, brand=make_brand())

    answer = brand.post("/partner/jobs/export")

    head, *lines = rows(answer)
    assert [line[0] for line in lines] == [mine.number]
    assert len(head) == len(lines[0])
    assert "欧阳娜娜" not in answer.get_data().decode("utf-8-sig")


def test_who_took_a_file_is_in_the_audit(app, world, brand):
    brand.post("/partner/jobs/export")

    db.session.rollback()
    kept_notes = db.session.scalars(
        db.select(audit.AuditEntry).where(audit.AuditEntry.action == "export-jobs")
    )
    assert [entry.after["rows"] for entry in kept_notes] == [0]


def test_a_file_is_narrowed_like_the_list(world, brand):
    world.job()
    done = world.job(state=JobState.DONE)

    _, *lines = rows(brand.post("/partner/jobs/export", data={"state": "done"}))

    assert [line[0] for line in lines] == [done.number]


def test_dispatchers_and_technicians_have_no_business_here(app, world):
    for role in (Role.DISPATCHER, Role.TECHNICIAN):
        assert browser(app, role).get("/partner/jobs").status_code == 403


def test_the_last_thirty_days_are_summed_up(world, partner, team):
    hers = world.technician(partner_id=partner.id)
    made_at_nine = world.job(9, 11, state=JobState.PLANNED)
    make_visit(hers, job=made_at_nine)

    page = team.get("/partner/jobs").text

    assert re.findall(r"<dd>(.*?)</dd>", page)[:2] == ["1", "0"]
