"""Reactions to what happens below: places are found, kits and work specs change."""

from app.catalogue.events import KitChanged, WorkSpecChanged
from app.catalogue.models import JobType
from app.jobs import service
from app.jobs.queries import release as queries
from app.places.events import PlaceLocated, PlaceWaiting


def release_what_waited_for_the_place(event: PlaceLocated) -> None:
    service.review(queries.at_place(event.place_id))


def hold_what_needs_the_place(event: PlaceWaiting) -> None:
    service.review(queries.at_place(event.place_id))


def compare_kits_again(event: KitChanged) -> None:
    service.review(queries.waiting_for_goods(event.model_id))


def give_durations(event: WorkSpecChanged) -> None:
    """Give jobs without a duration what the catalogue now says; others keep what they have."""
    service.complete_requirements(JobType(event.job_type))
