"""What ratings do when something happened: rows only."""

from app.core import tasks
from app.ratings import service
from app.ratings.events import VisitRated
from app.visits.events import VisitCompleted

RECOMPUTE = "recompute-scores"


def invite_the_consumer(event: VisitCompleted) -> None:
    service.invite(event.visit_id)


def score_again(event: VisitRated) -> None:
    tasks.enqueue(RECOMPUTE, {"technician_ids": [str(one) for one in event.technician_ids]})
