"""What notifications do when something happened: outbox rows only, never a call."""

from app.aftersales.events import CaseAnswered
from app.core import outbox, settings
from app.notifications import queries, service
from app.planning.events import (
    PlanPublished,
    VisitBooked,
    VisitChanged,
    VisitProgressed,
    VisitScheduled,
    VisitUnscheduled,
)
from app.planning.models import VisitState
from app.visits.events import TechnicianOnTheWay


def tell_the_time(event: VisitScheduled) -> None:
    service.announce(event.visit_id, "visit-scheduled")


def tell_the_new_time(event: VisitChanged) -> None:
    service.announce(event.visit_id, "visit-changed")


def tell_what_is_booked(event: VisitBooked) -> None:
    service.announce(event.visit_id, "visit-booked")


def take_back_the_time(event: VisitUnscheduled) -> None:
    service.call_off(event.visit_id)


def call_off_the_visit(event: VisitProgressed) -> None:
    if event.state == VisitState.CANCELLED:
        service.call_off(event.visit_id)


def tell_who_is_coming(event: TechnicianOnTheWay) -> None:
    service.announce(event.visit_id, "technician-on-the-way")


def tell_what_a_case_was_answered(event: CaseAnswered) -> None:
    service.tell_of_the_case(event.job_id, event.case_id)


def tell_the_technicians(event: PlanPublished) -> None:
    """Send everybody whose day is new or another a word that it is published."""
    page = f"{settings.current().public_url.rstrip('/')}/field"
    for day in queries.published_days(event.technician_ids, event.day):
        about = f"day:{day.technician_id}:{event.day}"
        outbox.withdraw(about)
        outbox.enqueue(
            "technician-day",
            about=about,
            recipient=f"technician:{day.technician_id}",
            payload=day.payload | {"page": page},
            scope=event.territory_id,
        )
