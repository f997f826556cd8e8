"""Problems for tests: small ones by hand, and random ones with every rule in play."""

from collections.abc import Callable
from random import Random
from typing import Any

from solver import Problem

MINUTE = 60
HOUR = 3600


def line(places: int, minutes: int = 10) -> dict[str, Any]:
    """Locations p0, p1... on a line, so many minutes and kilometres from each to the next."""
    seconds = [[abs(i - j) * minutes * MINUTE for j in range(places)] for i in range(places)]
    metres = [[abs(i - j) * 1000 * minutes for j in range(places)] for i in range(places)]
    return {
        "locations": [{"id": f"p{i}"} for i in range(places)],
        "travel": {"car": {"seconds": seconds, "metres": metres}},
    }


def shift(**given: Any) -> dict[str, Any]:
    """From 8 to 16 o'clock, from and to p0."""
    day = {"id": "s1", "start": 8 * HOUR, "end": 16 * HOUR}
    return {**day, "start_location": "p0", "end_location": "p0", **given}


def technician(**given: Any) -> dict[str, Any]:
    return {"id": "t1", "mode": "car", "shifts": [shift()], **given}


def second(**given: Any) -> dict[str, Any]:
    return technician(**{"id": "t2", "shifts": [shift(id="s2")], **given})


def job(**given: Any) -> dict[str, Any]:
    """An hour at p1, worth a million."""
    return {"id": "j1", "location": "p1", "duration": HOUR, "penalty": 1_000_000, **given}


def document(*jobs: dict[str, Any], technicians: Any = None, **given: Any) -> dict[str, Any]:
    """A problem on a line of six places, with one technician unless told otherwise."""
    return {
        "format": "planning-problem/1",
        "epoch": "2026-03-02T00:00:00+08:00",
        **line(6),
        "technicians": [technician()] if technicians is None else list(technicians),
        "jobs": list(jobs),
        **given,
    }


def problem(*jobs: dict[str, Any], **given: Any) -> Problem:
    return Problem.from_dict(document(*jobs, **given))


# ── random problems ──


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - tests, not secrets


def random_document(random: Random, jobs: int | None = None) -> dict[str, Any]:
    """A problem of up to 12 jobs and 5 technicians over two days, every rule in play."""
    places = random.randint(2, 8)
    count = random.randint(3, 12) if jobs is None else jobs
    technicians = [_technician(random, i, places) for i in range(random.randint(2, 5))]
    made = [_job(random, i, places, technicians) for i in range(count)]
    return {
        "format": "planning-problem/1",
        "epoch": "2026-03-02T00:00:00+08:00",
        "locations": [
            {
                "id": f"p{i}",
                "lat": 23.1 + random.random() / 10,
                "lon": 113.3 + random.random() / 10,
            }
            for i in range(places)
        ],
        "travel": {"car": _matrix_mode(random, places), "bike": _speed_mode(random)},
        "technicians": technicians,
        "jobs": made,
        "depots": [
            {
                "id": f"d{i}",
                "location": _place(random, places),
                "duration": random.choice([0, 600]),
            }
            for i in range(random.randint(0, 2))
        ],
        "objective": {
            "max_lateness_per_hour": random.choice([0, 0, 500]),
            "longest_shift_per_hour": random.choice([0, 0, 300]),
        },
        "incumbent": _incumbent(random, made, technicians),
    }


def _place(random: Random, places: int) -> str:
    return f"p{random.randrange(places)}"


def _factors(random: Random) -> dict[str, Any]:
    if random.random() < 0.5:
        return {}
    peak = 1 + random.random()
    return {"factors": [[0, 1.0], [7 * HOUR, 1.0], [9 * HOUR, peak], [12 * HOUR, 1.0]]}


def _matrix_mode(random: Random, places: int) -> dict[str, Any]:
    def rows(top: int) -> list[list[int]]:
        return [[random.randint(0, top) for _ in range(places)] for _ in range(places)]

    metres = {"metres": rows(20_000)} if random.random() < 0.5 else {}
    return {"seconds": rows(2400), **metres, **_factors(random)}


def _speed_mode(random: Random) -> dict[str, Any]:
    speed = {"speed_kmh": random.uniform(10, 60), "detour": 1.3, "access_seconds": 60}
    return {**speed, **_factors(random)}


def _technician(random: Random, number: int, places: int) -> dict[str, Any]:
    days = random.sample([0, 0, 1], random.randint(1, 2))
    held = [
        {
            "skill": f"k{random.randrange(3)}",
            "level": random.randint(1, 2),
            **({"from": random.randint(0, 12) * HOUR} if random.random() < 0.2 else {}),
            **({"until": random.randint(10, 48) * HOUR} if random.random() < 0.3 else {}),
        }
        for _ in range(random.randint(1, 6))
    ]
    return {
        "id": f"t{number}",
        "mode": random.choice(["car", "car", "bike"]),
        "skills": held,
        "pace": random.choice([1.0, 1.0, 0.8, 1.25]),
        "tools": random.sample(["drill", "ladder"], random.randint(0, 2)),
        "stock": {"valve": random.randint(0, 3)},
        "costs": {
            "per_shift": random.choice([0, 500]),
            "per_hour": random.choice([0, 0, 1000]),
            "per_km": random.choice([0, 10]),
            "per_overtime_hour": random.choice([0, 3600, 8000]),
        },
        "shifts": [_shift(random, f"{number}-{k}", d, places) for k, d in enumerate(days)],
    }


def _shift(random: Random, name: str, day: int, places: int) -> dict[str, Any]:
    start = day * 24 * HOUR + random.randint(7, 11) * HOUR
    end = start + random.randint(4, 10) * HOUR
    limits = {
        "max_jobs": random.randint(0, 4),
        "max_metres": random.randint(5_000, 60_000),
        "max_travel_seconds": random.randint(600, 9000),
    }
    breaks = []
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        earliest = start + random.randint(0, 6) * HOUR
        latest = earliest + random.randint(1, 8) * 1800
        breaks.append(
            {"earliest": earliest, "latest": latest, "duration": 900 * random.randint(0, 4)}
        )
    return {
        "id": f"s{name}",
        "start": start,
        "end": end,
        "overtime": random.choice([0, 0, HOUR]),
        **({"start_location": _place(random, places)} if random.random() < 0.8 else {}),
        **({"end_location": _place(random, places)} if random.random() < 0.8 else {}),
        **{k: v for k, v in limits.items() if random.random() < 0.1},
        "breaks": breaks,
    }


def _needs(random: Random) -> list[dict[str, Any]]:
    return [
        {"skill": f"k{random.randrange(3)}", "level": random.choice([1, 1, 1, 2])}
        for _ in range(random.choice([0, 0, 0, 1, 2]))
    ]


def _job(
    random: Random, number: int, places: int, technicians: list[dict[str, Any]]
) -> dict[str, Any]:
    names = [one["id"] for one in technicians]
    made: dict[str, Any] = {
        "id": f"j{number}",
        "location": _place(random, places),
        "duration": random.randint(0, 5) * 900,
        "setup": random.choice([0, 0, 300]),
        "skills": _needs(random),
        "penalty": random.choice([500, 5_000, 5_000, 1_000_000]),
    }
    for chance, rule in _rules(random, names, number):
        if random.random() < chance:
            made |= rule()
    return made


def _rules(
    random: Random, names: list[str], number: int
) -> list[tuple[float, Callable[[], dict[str, Any]]]]:
    """What a job may have besides, with the chance that it has it."""
    return [
        (0.2, lambda: {"crew": [_seat(random) for _ in range(random.randint(1, 3))]}),
        (0.6, lambda: {"windows": [_window(random) for _ in range(random.randint(1, 3))]}),
        (0.3, lambda: {"due": random.randint(7, 40) * HOUR, "late_per_hour": 300}),
        (0.1, lambda: {"due": random.randint(7, 40) * HOUR}),
        (0.2, lambda: {"tools": [random.choice(["drill", "ladder"])]}),
        (0.2, lambda: {"parts": {"valve": random.randint(1, 2)}}),
        (0.1, lambda: {"only": random.sample(names, random.randint(0, len(names)))}),
        (0.1, lambda: {"never": random.sample(names, 1)}),
        (0.2, lambda: {"technician_costs": {random.choice(names): random.randint(-200, 200)}}),
        (0.2, lambda: {"change_cost": 300}),
        (0.2, lambda: {"move_per_hour": 400}),
        (
            0.25 if number else 0.0,
            lambda: {"after": [_link(random, f"j{random.randrange(number)}")]},
        ),
    ]


def _seat(random: Random) -> dict[str, Any]:
    own = {"duration": 1800} if random.random() < 0.3 else {}
    return {"skills": _needs(random), **own}


def _window(random: Random) -> list[int]:
    earliest = random.choice([0, 24]) * HOUR + random.randint(7, 16) * HOUR
    return [earliest, earliest + random.randint(0, 8) * 1800]


def _link(random: Random, leader: str) -> dict[str, Any]:
    least = random.choice([0, 0, -HOUR, 1800])
    most = {"max_gap": least + random.randint(0, 4) * HOUR} if random.random() < 0.5 else {}
    return {
        "job": leader,
        "min_gap": least,
        **most,
        "of": random.choice(["finish", "start"]),
        "technician": random.choice(["any", "any", "same", "different"]),
    }


def _incumbent(
    random: Random, jobs: list[dict[str, Any]], technicians: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    return [
        {
            "job": one["id"],
            "seat": seat,
            "technician": random.choice(technicians)["id"],
            "start": random.randint(7, 40) * HOUR,
        }
        for one in jobs
        for seat in range(len(one.get("crew") or [0]))
        if random.random() < 0.3
    ]
