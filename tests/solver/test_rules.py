"""Every rule of the format: where it bites a job is left out or moved, else not."""

from typing import Any

import pytest

from solver import Limits, Plan, Problem, check, solve
from tests.solver.problems import HOUR, MINUTE, document, job, second, shift, technician

DEPOT = {"id": "d1", "location": "p2", "duration": 600}
CREW = [{"skills": []}, {"skills": []}]


def planned(given: dict[str, Any]) -> dict[str, list[tuple[str, int]]]:
    """Of every planned job, (technician, start) seat by seat, in a valid plan."""
    problem = Problem.from_dict(given)
    plan = solve(problem, Limits(seconds=20, iterations=30))
    assert check(problem, plan) == []
    seats: dict[str, list[tuple[int, str, int]]] = {}
    for route in plan.routes:
        for visit in route.visits:
            seat = (visit.seat, route.technician, visit.start)
            seats.setdefault(visit.job, []).append(seat)
    return {name: [one[1:] for one in sorted(those)] for name, those in seats.items()}


def held(level: float = 1, **dates: int) -> dict[str, Any]:
    return technician(skills=[{"skill": "wood", "level": level, **dates}])


WOOD = {"skills": [{"skill": "wood", "level": 2}]}
TEN, NOON = 10 * HOUR, 12 * HOUR

BITES = {
    "a skill that nobody holds": document(job(**WOOD)),
    "a level below the needed one": document(job(**WOOD), technicians=[held(1)]),
    "a certificate that ends during the service": document(
        job(**WOOD, windows=[[TEN, TEN]]), technicians=[held(2, until=TEN + HOUR - 1)]
    ),
    "a certificate that begins after the window": document(
        job(**WOOD, windows=[[TEN, TEN]]), technicians=[held(2, **{"from": TEN + 1})]
    ),
    "two certificates that only together cover the service": document(
        job(**WOOD, windows=[[TEN, TEN]]),
        technicians=[
            technician(
                skills=[
                    {"skill": "wood", "level": 2, "until": TEN + 60},
                    {"skill": "wood", "level": 2, "from": TEN + 60},
                ]
            )
        ],
    ),
    "a window before anyone can be there": document(job(windows=[[0, 8 * HOUR + 599]])),
    "a window that ends before it starts": document(job(windows=[[TEN, TEN - 1]])),
    "a shift too short for the way home": document(
        job(), technicians=[technician(shifts=[shift(end=9 * HOUR + 1199)])]
    ),
    "a slow pace": document(
        job(), technicians=[technician(pace=1.01, shifts=[shift(end=9 * HOUR + 1200)])]
    ),
    "setup": document(job(setup=1), technicians=[technician(shifts=[shift(end=9 * HOUR + 1200)])]),
    "only": document(job(only=["t9"])),
    "only nobody": document(job(only=[])),
    "never": document(job(never=["t1"])),
    "a limit of jobs": document(job(), technicians=[technician(shifts=[shift(max_jobs=0)])]),
    "a limit of metres": document(
        job(), technicians=[technician(shifts=[shift(max_metres=19_999)])]
    ),
    "a limit of driving": document(
        job(), technicians=[technician(shifts=[shift(max_travel_seconds=1199)])]
    ),
    "a tool that nobody carries": document(job(tools=["drill"])),
    "a part that is used up": document(
        job(parts={"valve": 2}), technicians=[technician(stock={"valve": 1})]
    ),
    "a crew of two where one works": document(job(crew=CREW)),
    "a break that leaves no time": document(
        job(),
        technicians=[
            technician(
                shifts=[
                    shift(
                        end=9 * HOUR + 1200,
                        breaks=[{"earliest": 8 * HOUR, "latest": 9 * HOUR, "duration": 1}],
                    )
                ]
            )
        ],
    ),
    "a break that cannot be taken at all": document(
        job(),
        technicians=[
            technician(shifts=[shift(breaks=[{"earliest": 0, "latest": 60, "duration": 60}])])
        ],
    ),
    "travel that is slower at eight": document(
        job(windows=[[0, 8 * HOUR + 600]]),
        travel={
            "car": {
                **document()["travel"]["car"],
                "factors": [[0, 1], [7 * HOUR, 1.5], [20 * HOUR, 1]],
            }
        },
    ),
    "a penalty below the cost": document(job(penalty=1)),
    "a leader that is left out": document(
        job(after=[{"job": "j0"}]), job(id="j0", skills=[{"skill": "wood"}])
    ),
}

PASSES = {
    "a skill at its level": document(job(**WOOD), technicians=[held(2)]),
    "a certificate that just covers the service": document(
        job(**WOOD, windows=[[TEN, TEN]]),
        technicians=[held(2, **{"from": TEN, "until": TEN + HOUR})],
    ),
    "a window at the very arrival": document(job(windows=[[0, 8 * HOUR + 600]])),
    "the second of two windows": document(job(windows=[[0, 60], [TEN, TEN]])),
    "a shift just long enough": document(
        job(), technicians=[technician(shifts=[shift(end=9 * HOUR + 1200)])]
    ),
    "overtime": document(
        job(), technicians=[technician(shifts=[shift(end=9 * HOUR, overtime=1200)])]
    ),
    "a quick pace": document(
        job(setup=60),
        technicians=[technician(pace=0.5, shifts=[shift(end=8 * HOUR + 1260 + 1800)])],
    ),
    "no start and end location": document(
        job(),
        technicians=[technician(shifts=[{"id": "s1", "start": 8 * HOUR, "end": 9 * HOUR}])],
    ),
    "only me": document(job(only=["t1", "t9"])),
    "never another": document(job(never=["t9"])),
    "limits that are just kept": document(
        job(),
        technicians=[
            technician(shifts=[shift(max_jobs=1, max_metres=20_000, max_travel_seconds=1200)])
        ],
    ),
    "a tool from the depot": document(job(tools=["drill"]), depots=[DEPOT]),
    "parts from the depot": document(
        job(parts={"valve": 2}), technicians=[technician(stock={"valve": 1})], depots=[DEPOT]
    ),
    "a crew of two where two work": document(job(crew=CREW), technicians=[technician(), second()]),
    "a break before leaving": document(
        job(windows=[[TEN, TEN]]),
        technicians=[
            technician(
                shifts=[
                    shift(breaks=[{"earliest": 8 * HOUR, "latest": 8 * HOUR, "duration": HOUR}])
                ]
            )
        ],
    ),
    "a break after the return": document(
        job(windows=[[0, 9 * HOUR]]),
        technicians=[
            technician(
                shifts=[
                    shift(breaks=[{"earliest": 15 * HOUR, "latest": 15 * HOUR, "duration": HOUR}])
                ]
            )
        ],
    ),
    "a break on the way": document(
        job(windows=[[TEN, TEN]]),
        technicians=[
            technician(
                shifts=[
                    shift(
                        start=TEN - 2 * HOUR,
                        start_location="p5",
                        breaks=[
                            {"earliest": TEN - HOUR, "latest": TEN - HOUR, "duration": 20 * MINUTE}
                        ],
                    )
                ]
            )
        ],
    ),
    "travel that is as quick at eight": document(
        job(windows=[[0, 8 * HOUR + 600]]),
        travel={
            "car": {
                **document()["travel"]["car"],
                "factors": [[0, 1], [9 * HOUR, 1], [12 * HOUR, 1.5], [20 * HOUR, 1]],
            }
        },
    ),
    "a penalty above the cost": document(job(penalty=1201)),
    "a leader that is planned": document(job(after=[{"job": "j0"}]), job(id="j0")),
}


@pytest.mark.parametrize("rule", BITES)
def test_a_job_is_left_out_by(rule: str) -> None:
    assert "j1" not in planned(BITES[rule])


@pytest.mark.parametrize("rule", PASSES)
def test_a_job_is_planned_with(rule: str) -> None:
    assert "j1" in planned(PASSES[rule])


def test_setup_counts_once_at_one_address() -> None:
    given = document(
        job(setup=600, duration=600),
        job(id="j2", setup=600, duration=600),
        technicians=[technician(shifts=[shift(end=8 * HOUR + 1200 + 1800)])],
    )

    assert set(planned(given)) == {"j1", "j2"}


def test_setup_counts_again_elsewhere() -> None:
    given = document(
        job(setup=600, duration=600),
        job(id="j2", location="p0", setup=600, duration=600),
        technicians=[technician(shifts=[shift(end=8 * HOUR + 1200 + 1800)])],
    )

    assert len(planned(given)) == 1


def test_a_crew_starts_together_on_different_technicians() -> None:
    given = document(
        job(crew=CREW, location="p3"),
        technicians=[technician(), second(shifts=[shift(id="s2", start=9 * HOUR)])],
    )

    (one, two) = planned(given)["j1"]

    assert one[0] != two[0]
    assert one[1] == two[1] == 9 * HOUR + 1800


def test_a_seat_of_a_crew_has_its_own_duration() -> None:
    crew = [{"skills": []}, {"skills": [], "duration": 600}]
    short = [second(shifts=[shift(id="s2", end=8 * HOUR + 1800)])]

    assert "j1" in planned(document(job(crew=crew), technicians=[technician(), *short]))
    assert "j1" not in planned(document(job(crew=CREW), technicians=[technician(), *short]))


@pytest.mark.parametrize(
    ("link", "gap"),
    [
        ({"min_gap": 1800}, range(1800, 10 * HOUR)),
        ({"min_gap": HOUR, "max_gap": HOUR}, range(HOUR, HOUR + 1)),
        ({"min_gap": -HOUR, "max_gap": -HOUR, "technician": "different"}, range(-HOUR, -HOUR + 1)),
    ],
)
def test_a_follower_keeps_its_gap(link: dict[str, Any], gap: range) -> None:
    given = document(
        job(id="j0"),
        job(location="p2", after=[{"job": "j0", **link}]),
        technicians=[technician(), second()],
    )

    seats = planned(given)

    assert seats["j1"][0][1] - (seats["j0"][0][1] + HOUR) in gap


def test_a_gap_may_count_from_the_start() -> None:
    link = {"job": "j0", "of": "start", "min_gap": 600, "max_gap": 600}
    given = document(
        job(id="j0"), job(location="p2", after=[link]), technicians=[technician(), second()]
    )

    seats = planned(given)

    assert seats["j1"][0][1] - seats["j0"][0][1] == 600


def test_a_largest_gap_delays_the_leader() -> None:
    link = {"job": "j0", "max_gap": 600}
    given = document(
        job(id="j0"), job(windows=[[15 * HOUR, 15 * HOUR]], after=[link], duration=60)
    )

    seats = planned(given)

    assert 15 * HOUR - (seats["j0"][0][1] + HOUR) <= 600


@pytest.mark.parametrize(("who", "count"), [("same", 1), ("different", 2), ("any", 2)])
def test_a_link_may_ask_for_the_technician(who: str, count: int) -> None:
    given = document(
        job(id="j0", technician_costs={"t2": 50_000}),
        job(after=[{"job": "j0", "technician": who}], technician_costs={"t1": 50_000}),
        technicians=[technician(), second()],
    )

    seats = planned(given)

    assert len({seats["j0"][0][0], seats["j1"][0][0]}) == count


def test_jobs_linked_in_a_circle_are_planned_together() -> None:
    given = document(
        job(id="j0", after=[{"job": "j1", "of": "start"}]),
        job(after=[{"job": "j0", "of": "start"}]),
        technicians=[technician(), second()],
    )

    seats = planned(given)

    assert seats["j0"][0][1] == seats["j1"][0][1]


def test_no_one_works_two_overlapping_shifts_at_once() -> None:
    given = document(
        job(windows=[[TEN, TEN]]),
        job(id="j2", location="p5", windows=[[TEN, TEN]]),
        technicians=[technician(shifts=[shift(), shift(id="s2")])],
    )

    assert len(planned(given)) == 1


def test_two_shifts_of_one_technician_both_serve() -> None:
    given = document(
        job(windows=[[TEN, TEN]]),
        job(id="j2", windows=[[34 * HOUR, 34 * HOUR]]),
        technicians=[technician(shifts=[shift(), shift(id="s2", start=32 * HOUR, end=40 * HOUR)])],
    )

    assert len(planned(given)) == 2


def test_a_cheaper_technician_is_preferred() -> None:
    given = document(
        job(technician_costs={"t1": 500, "t2": 499}), technicians=[technician(), second()]
    )

    assert planned(given)["j1"][0][0] == "t2"


def test_an_announced_technician_is_kept_for_its_change_cost() -> None:
    told = [{"job": "j1", "technician": "t2", "start": NOON}]
    both = [technician(), second(shifts=[shift(id="s2", start_location="p3")])]

    assert (
        planned(document(job(change_cost=5000), technicians=both, incumbent=told))["j1"][0][0]
        == "t2"
    )
    assert (
        planned(document(job(change_cost=5), technicians=both, incumbent=told))["j1"][0][0] == "t1"
    )


def test_an_announced_start_is_kept_for_what_moving_costs() -> None:
    told = [{"job": "j1", "technician": "t1", "start": NOON}]

    assert planned(document(job(move_per_hour=100), incumbent=told))["j1"] == [("t1", NOON)]


def test_lateness_is_weighed_against_the_way() -> None:
    slow = job(due=8 * HOUR, late_per_hour=1_000_000, location="p5")
    near = second(shifts=[shift(id="s2", start_location="p5", end_location="p0")])

    assert planned(document(slow, technicians=[technician(), near]))["j1"][0][0] == "t2"


def test_the_largest_lateness_may_count() -> None:
    jobs = [job(id=f"j{i}", due=8 * HOUR + 600, technician_costs={"t2": 2000}) for i in (1, 2)]
    both = [technician(), second()]
    fair = {"objective": {"max_lateness_per_hour": 100_000}}

    assert len({seats[0] for (seats,) in planned(document(*jobs, technicians=both)).values()}) == 1
    spread = planned(document(*jobs, technicians=both, **fair))
    assert len({seats[0] for (seats,) in spread.values()}) == 2


def test_the_longest_shift_may_count() -> None:
    jobs = [job(id=f"j{i}", location="p0", technician_costs={"t2": 2000}) for i in (1, 2)]
    both = [technician(), second()]
    fair = {"objective": {"longest_shift_per_hour": 100_000}}

    assert len({seats[0] for (seats,) in planned(document(*jobs, technicians=both)).values()}) == 1
    spread = planned(document(*jobs, technicians=both, **fair))
    assert len({seats[0] for (seats,) in spread.values()}) == 2


def test_paid_time_is_not_spent_waiting() -> None:
    given = document(
        job(windows=[[NOON, NOON]]), technicians=[technician(costs={"per_hour": 3600})]
    )
    problem = Problem.from_dict(given)

    plan: Plan = solve(problem, Limits(iterations=5))

    assert plan.routes[0].leave == NOON - 600
