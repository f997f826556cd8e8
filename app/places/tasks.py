"""Background work of places."""

from uuid import UUID

from app.core.db import db, transact
from app.core.tasks import MAX_ATTEMPTS, BackgroundTask
from app.places import service
from app.places.gateways import GeocoderUnavailable


def geocode_place(task: BackgroundTask) -> None:
    """Find one place: ``{"place_id": ...}``. Safe to run twice.

    The geocoder is asked outside any transaction. While it gives no answer the task is tried
    again; at the last attempt the place goes on without it.

    Raises:
        GeocoderUnavailable: no answer, and there are attempts left.
    """
    place_id = UUID(task.payload["place_id"])
    question = service.question_of(place_id)
    db.session.rollback()
    if question is not None:
        try:
            found = service.ask(question)
            transact(lambda: service.remember(place_id, found))
        except GeocoderUnavailable:
            if task.attempts < MAX_ATTEMPTS:
                raise
    transact(lambda: service.settle(place_id))
