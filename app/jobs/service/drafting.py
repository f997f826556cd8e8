"""What an order's jobs come to: rows to be, with what the catalogue and the place make of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.catalogue.models import Brand, ProductModel, WorkSpec
from app.core import settings
from app.core.errors import problem_of
from app.core.policies import Actor
from app.customers.models import Customer
from app.jobs.rules.orders import NewItem, NewJob, NewPlace, OrderNotValid
from app.jobs.rules.requirements import Requirements, combined, split
from app.jobs.service.known import Known
from app.places import service as places
from app.places.models import Place
from app.places.rules import site_adjustments


@dataclass(frozen=True)
class Draft:
    """One job as an order asks for it: column values of each part, and its items.

    Attributes:
        parts: One for each trip; more than one where the work is longer than a visit may be.
        items: Each model with how many and the serial.
    """

    wanted: NewJob
    parts: list[dict[str, Any]]
    items: list[tuple[ProductModel, NewItem]]


@dataclass
class Drafter:
    """Drafts the jobs of one order; equal places of the order are one place."""

    brand: Brand
    customer: Customer
    known: Known
    actor: Actor

    def __post_init__(self) -> None:
        self._places: dict[NewPlace, Place] = {}

    def draft(self, wanted: NewJob) -> Draft:
        """Say what a job comes to.

        Raises:
            OrderNotValid: it names something there is not, or goods of several categories.
        """
        items = [(self.known.model(self.brand, item.model), item) for item in wanted.items]
        category = self._category(wanted, [model for model, _ in items])
        model_id = items[0][0].id if len({model.id for model, _ in items}) == 1 else None
        place = self.place(wanted.place)
        needs = combined(self._specs(wanted, items, category))
        shared = {
            "job_type": wanted.job_type,
            "category_id": category,
            "model_id": model_id,
            "place_id": place.id,
            "territory_id": place.territory_id,
            "priority": wanted.priority,
            "notes": wanted.notes,
            **requirement_columns(needs, extra_seconds(place)),
        }
        work = wanted.work_seconds or needs.work_seconds
        return Draft(wanted, _parts(shared, work, wanted.window), items)

    def place(self, wanted: NewPlace) -> Place:
        """Find or make the place, without waiting for its position."""
        if wanted not in self._places:
            self._places[wanted] = find_place(
                self.customer, wanted, known=self.known, actor=self.actor
            )
        return self._places[wanted]

    def _category(self, wanted: NewJob, models: list[ProductModel]) -> UUID:
        if wanted.category is not None:
            return self.known.category(wanted.category).id
        found = {model.category_id for model in models}
        if len(found) > 1:
            remedy = "send a job for each category, or name the category that covers them"
            raise OrderNotValid(
                errors=[problem_of("category", "differs between the items", remedy=remedy)]
            )
        return found.pop()

    def _specs(
        self, wanted: NewJob, items: list[tuple[ProductModel, NewItem]], category_id: UUID
    ) -> list[tuple[WorkSpec | None, int]]:
        if not items:
            spec = self.known.spec(wanted.job_type, model_id=None, category_id=category_id)
            return [(spec, 1)]
        return [
            (
                self.known.spec(wanted.job_type, model_id=model.id, category_id=model.category_id),
                item.quantity,
            )
            for model, item in items
        ]


def find_place(customer: Customer, wanted: NewPlace, *, known: Known, actor: Actor) -> Place:
    """Find or make the place an order or a dispatcher describes."""
    position = None
    if wanted.lat is not None and wanted.lon is not None:
        position = (wanted.lat, wanted.lon)
    return places.find_or_create(
        customer.person,
        territory=known.territory(wanted.territory),
        address=wanted.address,
        district=wanted.district,
        position=position,
        datum=wanted.datum,
        floor=wanted.floor,
        has_lift=wanted.has_lift,
        parking=wanted.parking,
        permitted_hours=[list(span) for span in wanted.permitted_hours],
        actor=actor,
    )


def extra_seconds(place: Place) -> int:
    """Return what floor, lift and parking of a place add to every visit there."""
    return site_adjustments(place).extra_seconds


def requirement_columns(needs: Requirements, extra: int) -> dict[str, Any]:
    """Return a job's columns for what it takes, ``extra`` seconds longer for the place."""
    return {
        "setup_seconds": needs.setup_seconds + extra,
        "crew": [dict(seat) for seat in needs.crew],
        "tools": list(needs.tools),
        "licences": list(needs.licences),
        "photos": list(needs.photos),
        "needs_certificate": needs.needs_certificate,
        "service_days": needs.service_days,
        "parts": dict(needs.parts),
    }


def _parts(
    shared: dict[str, Any], work_seconds: int | None, window: tuple[datetime, datetime] | None
) -> list[dict[str, Any]]:
    """Divide long work; the window and the parts used up belong to the first trip."""
    longest = settings.current().longest_visit_minutes * 60
    start, end = window or (None, None)
    parts = [
        {**shared, "work_seconds": seconds, "window_start": None, "window_end": None, "parts": {}}
        for seconds in split(work_seconds, longest)
    ]
    parts[0] |= {"window_start": start, "window_end": end, "parts": shared["parts"]}
    return parts
