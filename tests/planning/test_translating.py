"""A territory's days as a planning problem: what the search is told."""

import math
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.core import clock
from app.core.db import unit_of_work
from app.jobs.models import JobLink, LinkedTechnician
from app.planning import service
from app.planning.gateways import SearchHere, wire_text
from app.planning.models import VisitState
from app.planning.queries import visits
from app.planning.rules import weights
from app.planning.translate import building, facts
from app.technicians import service as technicians
from app.technicians.models import Certificate
from solver import Problem
from tests.factories import made, make_place
from tests.planning.world import MONDAY, TUESDAY, at, seats

HOUR = 3600
REFEREE = Path(__file__).resolve().parents[2].parent / "shared" / "tools" / "check_plan.py"


def translate(world, first=MONDAY, last=MONDAY):
    return building.build(facts.gather(world.territory, first, last))


def problem(world, *days):
    document = translate(world, *days).problem
    Problem.from_dict(document)
    return document


def job_of(document, job):
    return next(one for one in document["jobs"] if one["id"] == str(job.id))


def test_second_0_is_local_midnight(world):
    world.technician(), world.job()

    assert problem(world)["epoch"] == "2026-03-02T00:00:00+08:00"


def test_a_promised_window_is_hard_and_a_proposed_one_costs_when_passed(world):
    world.technician()
    promised, proposed = world.job(9, 11), world.job(9, 11, promised=False)

    document = problem(world)

    assert job_of(document, promised)["windows"] == [[9 * HOUR, 11 * HOUR]]
    assert "due" not in job_of(document, promised)
    assert job_of(document, proposed)["windows"] == [[9 * HOUR, 24 * HOUR]]
    assert job_of(document, proposed)["due"] == 11 * HOUR


def test_work_is_started_so_that_it_ends_in_permitted_hours(world):
    world.technician(pace=1.5)
    quiet = make_place(world.territory, permitted_hours=[["08:00", "12:00"], ["14:00", "18:00"]])
    job = world.job(9, 15, place=quiet)

    [morning, afternoon] = job_of(problem(world), job)["windows"]

    assert morning == [9 * HOUR, 12 * HOUR - 5400]
    assert afternoon == [14 * HOUR, 15 * HOUR]


def test_a_job_that_no_hour_permits_is_left_out_with_its_reason(world):
    world.technician()
    quiet = make_place(world.territory, permitted_hours=[["08:00", "09:30"]])
    job = world.job(9, 11, place=quiet)

    assert translate(world).left_out == {str(job.id): [{"code": "window-too-narrow"}]}


def test_doors_at_one_position_are_one_location_and_coarse_places_are_not(world):
    world.technician()
    for radius in (0, 0, 1500, 1500):
        world.job(place=make_place(world.territory, lat=23.14, lon=113.28, radius_m=radius))

    document = problem(world)

    assert len({job["location"] for job in document["jobs"]}) == 3


def test_the_way_to_a_coarse_place_takes_longer(world):
    world.technician()
    exact = world.job(place=make_place(world.territory, lat=23.14, lon=113.28))
    coarse = world.job(place=make_place(world.territory, lat=23.14, lon=113.28, radius_m=2900))

    document = problem(world)

    names = [place["id"] for place in document["locations"]]
    home = names.index(document["technicians"][0]["shifts"][0]["start_location"])
    row = document["travel"]["road"]["seconds"][home]
    there = [row[names.index(job_of(document, job)["location"])] for job in (exact, coarse)]
    assert there[1] > there[0] + 300


def test_travel_follows_the_time_of_day(world):
    world.technician(), world.job()

    factors = problem(world)["travel"]["road"]["factors"]

    assert factors[0][0] == 0
    assert max(factor for _, factor in factors) > 1.2


def test_where_days_differ_the_slower_one_counts_at_every_moment(world):
    saturday, monday = MONDAY - timedelta(days=2), MONDAY
    with clock.frozen(at(8, saturday)):
        one = world.technician()
        world.shift(one, day=saturday)
        world.job()

        both = problem(world, saturday, monday)["travel"]["road"]["factors"]
        alone = problem(world, monday, monday)["travel"]["road"]["factors"]

    assert all(a[1] >= b[1] for a, b in zip(both, alone, strict=True))


def test_a_shift_is_told_with_its_breaks_overtime_and_limits(world):
    one = world.technician(works=False)
    noon = {"earliest": at(12).isoformat(), "latest": at(13).isoformat(), "minutes": 45}
    world.shift(one, overtime_minutes=90, max_jobs=6, max_km=80, breaks=[noon])
    world.job()

    [shift] = problem(world)["technicians"][0]["shifts"]

    assert (shift["start"], shift["end"], shift["overtime"]) == (8 * HOUR, 18 * HOUR, 5400)
    assert (shift["max_jobs"], shift["max_metres"]) == (6, 80_000)
    assert shift["breaks"] == [{"earliest": 12 * HOUR, "latest": 13 * HOUR, "duration": 2700}]


def test_an_absence_cuts_a_shift_in_two(world):
    one = world.technician()
    with unit_of_work():
        technicians.declare_absence(
            one.id, {"kind": "training", "starts_at": at(11), "ends_at": at(14)}, actor=world.actor
        )
    world.job()

    shifts = problem(world)["technicians"][0]["shifts"]

    assert [(s["start"], s["end"]) for s in shifts] == [
        (8 * HOUR, 11 * HOUR),
        (14 * HOUR, 18 * HOUR),
    ]


def test_a_crew_has_a_seat_for_each_at_its_own_level(world):
    world.technician(), world.technician()
    job = world.job(crew=[{"level": 2}, {"level": 1}])

    seats_told = job_of(problem(world), job)["crew"]

    levels = [
        skill["level"]
        for seat in seats_told
        for skill in seat["skills"]
        if skill["skill"].startswith("certificate")
    ]
    assert levels == [2, 1]


def test_a_standing_team_fills_every_seat_where_single_technicians_are_too_few(world):
    team = world.technician(team_size=2)
    world.technician()
    job = world.job(crew=[{"level": 1}, {"level": 1}])

    told = job_of(problem(world), job)
    world.published()

    assert told["only"] == [str(team.id)]
    assert "crew" not in told
    assert [who for who, _ in seats(job)] == [team]


def test_a_crew_of_single_technicians_is_closed_to_teams(world):
    team = world.technician(team_size=2, certified=False)
    world.technician(), world.technician()
    job = world.job(crew=[{"level": 1}, {"level": 1}])

    assert job_of(problem(world), job)["never"] == [str(team.id)]


def test_teams_take_crew_jobs_only_as_long_as_they_have_time(world):
    world.technician(team_size=2)
    world.technician(), world.technician()
    jobs = [world.job(9, 17, crew=[{"level": 1}] * 2, work_seconds=4 * HOUR) for _ in range(3)]

    document = problem(world)

    assert sum("only" in job_of(document, job) for job in jobs) == 1


def test_a_link_between_two_jobs_of_the_range_is_told(world):
    world.technician()
    first, then = world.job(9, 11), world.job(13, 15)
    made(
        JobLink,
        job_id=then.id,
        after_id=first.id,
        min_gap_seconds=600,
        technician=LinkedTechnician.SAME,
    )

    assert job_of(problem(world), then)["after"] == [
        {"job": str(first.id), "min_gap": 600, "technician": "same"}
    ]


def test_a_job_that_follows_one_announced_for_another_day_waits_for_it(world):
    one = world.technician()
    other = world.technician()
    world.shift(one, day=TUESDAY)
    world.shift(other, day=TUESDAY)
    first = world.job(9, 11)
    world.published()
    doer = seats(first)[0][0]
    then = world.job(
        window_start=at(8, TUESDAY), window_end=at(17, TUESDAY), window_confirmed_at=None
    )
    made(JobLink, job_id=then.id, after_id=first.id, technician=LinkedTechnician.SAME)

    told = job_of(problem(world, TUESDAY, TUESDAY), then)

    assert told["only"] == [str(doer.id)]
    assert told["after"] == []


def test_a_job_that_follows_one_nobody_has_planned_is_left_out(world):
    one = world.technician()
    world.shift(one, day=TUESDAY)
    first = world.job(9, 11)
    then = world.job(window_start=at(8, TUESDAY), window_end=at(17, TUESDAY))
    made(JobLink, job_id=then.id, after_id=first.id)

    left_out = translate(world, TUESDAY, TUESDAY).left_out

    assert left_out == {str(then.id): [{"code": "link-left-out", "job": str(first.id)}]}


def test_a_pinned_start_is_admitted_beside_a_proposed_window(world):
    one = world.technician()
    job = world.job(13, 15, promised=False)
    with unit_of_work():
        service.move(job.id, 0, one.id, at(9), "she asked for it", world.actor)

    told = job_of(problem(world), job)

    assert told["pinned"] == [{"seat": 0, "technician": str(one.id), "start": 9 * HOUR}]
    assert [9 * HOUR, 9 * HOUR] in told["windows"]


def test_what_was_announced_is_told_and_costs_to_change_more_if_promised(world):
    one = world.technician()
    promised, proposed = world.job(9, 11), world.job(13, 15, promised=False)
    world.published()

    document = problem(world)

    assert {told["job"] for told in document["incumbent"]} == {str(promised.id), str(proposed.id)}
    assert {told["technician"] for told in document["incumbent"]} == {str(one.id)}
    costs = [job_of(document, job)["change_cost"] for job in (promised, proposed)]
    assert costs[0] == 2 * costs[1]


def test_the_better_rated_are_cheaper_and_newcomers_are_tried(world):
    good, poor, newcomer = (world.technician() for _ in range(3))
    with unit_of_work():
        for one, score in ((good, 4.8), (poor, 4.0)):
            technicians.record_score(one.id, None, score, score, 40)
    job = world.job()

    costs = job_of(problem(world), job)["technician_costs"]

    assert costs[str(good.id)] < 0 < costs[str(poor.id)]
    assert costs[str(newcomer.id)] == -weights.EXPLORATION


def test_what_is_under_way_is_left_to_whoever_does_it(world):
    one = world.technician()
    begun, ahead = world.job(9, 9), world.job(13, 15)
    world.published()
    visit = visits.current_of([begun.id])[begun.id]
    with clock.frozen(at(9.5)):
        with unit_of_work():
            service.transition(visit.id, VisitState.STARTED, at(9), world.actor)

        document = problem(world)

    assert [job["id"] for job in document["jobs"]] == [str(ahead.id)]
    [shift] = document["technicians"][0]["shifts"]
    assert shift["start"] == 10 * HOUR
    assert one.id


def test_tools_parts_and_stock_are_told(world):
    world.technician(tools=["drill"], stock={"pipe": 3})
    job = world.job(tools=["drill"], parts={"pipe": 1}, setup_seconds=600)

    document = problem(world)

    assert document["technicians"][0]["tools"] == ["drill"]
    assert document["technicians"][0]["stock"] == {"pipe": 3}
    told = job_of(document, job)
    assert (told["tools"], told["parts"], told["setup"]) == (["drill"], {"pipe": 1}, 600)


@pytest.mark.skipif(not REFEREE.exists(), reason="the referee ../shared/tools is not here")
def test_the_plan_of_a_busy_range_is_valid_by_the_independent_referee(world, tmp_path):
    for number in range(4):
        one = world.technician(tools=["drill"], pace=0.9 + number / 10)
        world.shift(one, day=TUESDAY, overtime_minutes=60)
    made_up = [
        (9, 11, {"crew": [{"level": 1}] * 2}),
        (9, 12, {"promised": False}),
        (13, 15, {"tools": ["drill"]}),
        (15, 17, {"needs_certificate": False}),
    ]
    for number in range(24):
        start, end, given = made_up[number % 4]
        lat = 23.10 + 0.07 * math.sin(number)
        lon = 113.26 + 0.08 * math.cos(3 * number)
        day = TUESDAY if number % 3 else MONDAY
        world.job(
            place=make_place(world.territory, lat=lat, lon=lon, radius_m=1000 * (number % 2)),
            window_start=at(start, day),
            window_end=at(end, day),
            **{"promised": True} | given,
        )
    document = problem(world, MONDAY, TUESDAY)
    plan = SearchHere().run(document, seconds=5, seed=1, going_on=lambda _: True)
    (tmp_path / "problem.json").write_text(wire_text(document))
    (tmp_path / "plan.json").write_text(wire_text(plan))

    verdict = subprocess.run(  # noqa: S603  our own interpreter, our own files
        [sys.executable, REFEREE, tmp_path / "problem.json", tmp_path / "plan.json"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert len(plan["unassigned"]) < 24


def test_certificates_of_the_range_are_what_the_search_sees(world):
    one = world.technician(certified=False)
    made(
        Certificate,
        technician_id=one.id,
        brand_id=world.brand.id,
        category_id=world.category.id,
        job_type="install",
        level=3,
        valid_from=date(2026, 3, 3),
        valid_until=None,
        evidence="C-2",
    )
    world.shift(one, day=TUESDAY)
    world.job()

    [skill] = [
        skill
        for skill in problem(world, MONDAY, TUESDAY)["technicians"][0]["skills"]
        if skill["skill"].startswith("certificate")
    ]

    assert skill["from"] == 24 * HOUR
