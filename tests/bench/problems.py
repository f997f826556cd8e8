"""Realistic days in the planning format, from a seed. Its parameters are frozen: change none.

A city of districts with their own density, technicians who start and end at home and hold
certificates for some brands and kinds of goods, jobs with two-hour windows. Cost is what every
engine can be told: 20,000 for a unit of priority left out, one for each second of travel.
Breaks, crews, links and parts are left out because two of the peers do not know them.
"""

import math
from dataclasses import dataclass
from random import Random
from typing import Any

HOUR, MINUTE = 3600, 60
UNIT = 20_000
BRANDS, KINDS = 5, 3
CENTRE = (23.13, 113.26)
DISTRICTS = 12
SPEED = {"speed_kmh": 28.0, "detour": 1.35, "access_seconds": 180}
WINDOWS = [[8, 10], [9, 11], [10, 12], [12, 14], [13, 15], [14, 16]]


@dataclass(frozen=True)
class Size:
    """How large a problem is, and how much work it holds for each hour of its shifts."""

    name: str
    technicians: int
    jobs: int
    work_minutes: tuple[int, int]


SIZES = {
    size.name: size
    for size in (
        Size("8/40", 8, 40, (40, 100)),
        Size("20/120", 20, 120, (30, 80)),
        Size("50/350 easy", 50, 350, (20, 60)),
        Size("50/350 tight", 50, 350, (40, 100)),
        Size("100/800", 100, 800, (20, 70)),
        Size("200/1,500", 200, 1500, (20, 60)),
        Size("200/2,000", 200, 2000, (15, 55)),
    )
}


def problem(size: Size, seed: int) -> dict[str, Any]:
    """The seed's problem of a size; always the same."""
    random = Random(f"{size.name}#{seed}")  # noqa: S311 - problems, not secrets
    districts = [(_point(random, CENTRE, 7.0), random.uniform(0.5, 2.5)) for _ in range(DISTRICTS)]
    places = [_near(random, districts) for _ in range(size.technicians + size.jobs)]
    return {
        "format": "planning-problem/1",
        "name": f"bench {size.name} seed {seed}",
        "epoch": "2026-03-02T00:00:00+08:00",
        "locations": [{"id": f"p{i}", "lat": a, "lon": b} for i, (a, b) in enumerate(places)],
        "travel": {"car": SPEED},
        "technicians": [_technician(random, i) for i in range(size.technicians)],
        "jobs": [_job(random, i, size) for i in range(size.jobs)],
    }


def _point(random: Random, centre: tuple[float, float], km: float) -> tuple[float, float]:
    """A point about the centre, normally distributed."""
    lat = centre[0] + random.gauss(0, km / 111.2)
    lon = centre[1] + random.gauss(0, km / (111.2 * math.cos(math.radians(centre[0]))))
    return round(lat, 5), round(lon, 5)


def _near(random: Random, districts: list[Any]) -> tuple[float, float]:
    if random.random() < 0.15:
        return _point(random, CENTRE, 9.0)
    centre, spread = random.choice(districts)
    return _point(random, centre, spread)


def _technician(random: Random, number: int) -> dict[str, Any]:
    """Two to four brands, two or three kinds of goods, levels one to three."""
    level = random.choice([1, 2, 2, 3])
    skills = [
        {"skill": f"b{brand}k{kind}", "level": level}
        for brand in sorted(random.sample(range(BRANDS), random.randint(2, 4)))
        for kind in sorted(random.sample(range(KINDS), random.randint(2, 3)))
    ]
    opens = random.choice([8, 8, 8, 9])
    shift = {
        "id": f"s{number}",
        "start": opens * HOUR,
        "end": (opens + 9) * HOUR,
        "start_location": f"p{number}",
        "end_location": f"p{number}",
    }
    return {"id": f"t{number}", "mode": "car", "skills": skills, "shifts": [shift]}


def _job(random: Random, number: int, size: Size) -> dict[str, Any]:
    window = random.choice(WINDOWS)
    skill = f"b{random.randrange(BRANDS)}k{random.randrange(KINDS)}"
    least, most = size.work_minutes
    return {
        "id": f"j{number}",
        "location": f"p{size.technicians + number}",
        "duration": 5 * MINUTE * random.randint(least // 5, most // 5),
        "skills": [{"skill": skill, "level": random.choice([1, 1, 1, 2, 2, 3])}],
        "windows": [[window[0] * HOUR, window[1] * HOUR]],
        "penalty": UNIT * random.choice([1, 1, 1, 2, 2, 3]),
    }
