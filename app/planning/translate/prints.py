"""What the fingerprints of stops are taken of; the same when planning and when publishing."""

from collections.abc import Iterable

from app.jobs.models import Job
from app.places.models import Place
from app.places.rules import site_adjustments
from app.planning.models import Pin
from app.planning.rules.fingerprints import digest
from app.planning.translate.facts import Facts
from app.technicians.queries import Working
from app.technicians.rules import WorkTime

JOB_FACTS = (
    "brand_id",
    "category_id",
    "job_type",
    "place_id",
    "work_seconds",
    "setup_seconds",
    "crew",
    "tools",
    "parts",
    "licences",
    "needs_certificate",
    "window_start",
    "window_end",
    "due_at",
)


def of_job(job: Job) -> str:
    facts = {name: getattr(job, name) for name in JOB_FACTS}
    return digest(facts | {"promised": job.window_confirmed_at is not None})


def of_place(place: Place | None, facts: Facts) -> str:
    if place is None:
        return digest(None)
    return digest([place.lat, place.lon, place.radius_m, permitted_hours(place, facts)])


def of_shift(one: Working, time: WorkTime) -> str:
    technician, home = one.technician, one.home
    return digest(
        [
            [time.starts_at, time.ends_at, time.overtime_minutes, time.max_jobs, time.max_km],
            [[rest.earliest, rest.latest, rest.minutes] for rest in time.breaks],
            [technician.tools, technician.stock, technician.pace, technician.team_size],
            [home.lat, home.lon] if home is not None else None,
        ]
    )


def of_pins(pins: Iterable[Pin]) -> str:
    return digest([[pin.seat, pin.technician_id, pin.starts_at] for pin in pins])


def permitted_hours(place: Place, facts: Facts) -> list[list[str]]:
    """Return the local hours in which work may be done at a place, its compound's included."""
    landmark = facts.landmarks.get(place.landmark_id) if place.landmark_id else None
    return site_adjustments(place, landmark).permitted_hours
