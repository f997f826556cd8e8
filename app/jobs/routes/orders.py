"""Orders: one, many, and those that came in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask.views import MethodView
from marshmallow import ValidationError

from app.core.columns import Errors, errors_of
from app.core.db import savepoint
from app.core.errors import Conflict, DomainError
from app.core.imports import Outcome
from app.http import faults
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import page_schema, paginate
from app.jobs import queries, service
from app.jobs.models import Order
from app.jobs.queries import OrderView
from app.jobs.routes.mounting import READERS, blueprint
from app.jobs.rules.orders import NewOrder
from app.jobs.schemas.asking import OrderListArguments
from app.jobs.schemas.sending import NewOrderSchema, OrderBatchSchema, UpdateArguments
from app.jobs.schemas.showing import BatchSchema, OrderSchema, TakenOrderSchema
from app.jobs.service import Known, Taken


@dataclass(frozen=True)
class TakenView(OrderView):
    """An order with what became of sending it."""

    outcome: str


@blueprint.route("/orders")
class Orders(MethodView):
    """Orders; a brand sends and sees its own."""

    @blueprint.arguments(OrderListArguments, location="query")
    @blueprint.response(200, page_schema(OrderSchema))
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List orders, the newest first."""
        brand, reference = asked.pop("brand", None), asked.pop("reference", None)
        chosen = queries.search_orders(current_actor(), brand=brand, reference=reference)
        found = paginate(chosen, order=Order.received_at, key=Order.id, descending=True, **asked)
        return {"items": queries.order_views(found.items), "next": found.next}

    @blueprint.arguments(NewOrderSchema)
    @blueprint.arguments(UpdateArguments, location="query")
    @blueprint.response(201, TakenOrderSchema)
    @blueprint.alt_response(200, schema=TakenOrderSchema)
    @allow(*READERS)
    def post(self, sent: NewOrder, how: dict[str, Any]) -> tuple[TakenView, int]:
        """Send one order; the same again changes nothing."""
        taken = service.take_order(sent, actor=current_actor(), update=how["update"])
        return _shown(taken), 201 if taken.outcome is Outcome.CREATED else 200


def _shown(taken: Taken) -> TakenView:
    [view] = queries.order_views([taken.order])
    return TakenView(**vars(view), outcome=taken.outcome.value)


@blueprint.route("/orders/batch")
class OrderBatch(MethodView):
    """Many orders at once."""

    @blueprint.arguments(OrderBatchSchema)
    @blueprint.arguments(UpdateArguments, location="query")
    @blueprint.response(200, BatchSchema)
    @allow(*READERS)
    def post(self, sent: dict[str, Any], how: dict[str, Any]) -> dict[str, Any]:
        """Send up to 500 orders; each is taken or refused on its own."""
        known = Known()
        taken = [_one(one, known, update=how["update"]) for one in sent["orders"]]
        return {"items": [{"index": index, **item} for index, item in enumerate(taken)]}


def _one(sent: dict[str, Any], known: Known, *, update: bool) -> dict[str, Any]:
    key = f"{sent.get('brand', '')} / {sent.get('reference', '')}"[:160]
    outcome, order_id, errors = _tried(sent, known, update=update)
    return {"outcome": outcome, "key": key, "id": order_id, "errors": errors}


def _tried(
    sent: dict[str, Any], known: Known, *, update: bool
) -> tuple[Outcome, UUID | None, Errors]:
    try:
        order = NewOrderSchema().load(sent)
        with savepoint():
            taken = service.take_order(order, actor=current_actor(), update=update, known=known)
    except ValidationError as error:
        return Outcome.REFUSED, None, faults.entries(error.messages, {"json": sent})
    except Conflict as error:
        return Outcome.CONFLICT, None, errors_of(error)
    except DomainError as error:
        return Outcome.REFUSED, None, errors_of(error)
    return taken.outcome, taken.order.id, []


@blueprint.route("/orders/<uuid:order_id>")
class OneOrder(MethodView):
    """One order."""

    @blueprint.response(200, OrderSchema)
    @allow(*READERS)
    def get(self, order_id: UUID) -> OrderView:
        """Read an order with its jobs and parcels."""
        order = queries.get_order(order_id, actor=current_actor())
        return queries.order_views([order])[0]
