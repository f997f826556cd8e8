"""Price lists and pay rates."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from app.catalogue import queries, service
from app.catalogue.models import PayRate, Price
from app.catalogue.routes.mounting import PAY_READERS, READERS, blueprint, with_ids
from app.catalogue.schemas import (
    NewPayRateSchema,
    NewPriceSchema,
    PayRateChangesSchema,
    PayRateSchema,
    PriceArguments,
    PriceChangesSchema,
    PriceQuestionSchema,
    PriceSchema,
)
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.guards import allow
from app.http.paging import PageArguments, page_schema, paginate


@blueprint.route("/prices")
class Prices(MethodView):
    """Prices; a brand's key sees its own and everybody's."""

    @blueprint.arguments(PriceArguments, location="query")
    @blueprint.response(200, page_schema(PriceSchema))
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """List prices."""
        chosen = queries.prices(
            current_actor(), code=asked.pop("code", None), on=asked.pop("on", None)
        )
        found = paginate(chosen, order=Price.code, key=Price.id, **asked)
        return {"items": queries.prices_described(found.items), "next": found.next}

    @blueprint.arguments(NewPriceSchema)
    @blueprint.response(201, PriceSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Add a price valid from a day on."""
        return queries.prices_described(
            [service.add_price(with_ids(sent), actor=current_actor())]
        )[0]


@blueprint.route("/prices/applicable")
class ApplicablePrice(MethodView):
    """The price that counts on a day."""

    @blueprint.arguments(PriceQuestionSchema, location="query")
    @blueprint.response(200, PriceSchema)
    @allow(*READERS)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Tell the most specific price of a visit or an extra on a day."""
        scope = with_ids(asked)
        found = queries.price_for(
            scope["code"],
            brand_id=scope.get("brand_id"),
            category_id=scope.get("category_id"),
            job_type=scope.get("job_type"),
            on=scope["on"],
        )
        if found is None:
            raise queries.PriceNotFound(price=asked["code"])
        return queries.prices_described([found])[0]


@blueprint.route("/prices/<uuid:price_id>")
class OnePrice(MethodView):
    """One price."""

    @blueprint.etag
    @blueprint.response(200, PriceSchema)
    @allow(*READERS)
    def get(self, price_id: UUID) -> dict[str, Any]:
        """Read a price."""
        price = queries.get(Price, price_id, actor=current_actor())
        blueprint.set_version(price)
        return queries.prices_described([price])[0]

    @blueprint.etag
    @blueprint.arguments(PriceChangesSchema)
    @blueprint.response(200, PriceSchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], price_id: UUID) -> dict[str, Any]:
        """Rename a price or say which day is its last."""
        actor = current_actor()
        blueprint.check_version(queries.get(Price, price_id, actor=actor, locked=True))
        price = service.change_price(price_id, changes, actor=actor)
        blueprint.set_version(price)
        return queries.prices_described([price])[0]


@blueprint.route("/pay-rates")
class PayRates(MethodView):
    """What technicians earn; brands do not see it."""

    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_schema(PayRateSchema))
    @allow(*PAY_READERS)
    def get(self, page: dict[str, Any]) -> dict[str, Any]:
        """List pay rates."""
        chosen = queries.visible(PayRate, current_actor())
        found = paginate(chosen, order=PayRate.job_type, key=PayRate.id, **page)
        return {"items": queries.pay_described(found.items), "next": found.next}

    @blueprint.arguments(NewPayRateSchema)
    @blueprint.response(201, PayRateSchema)
    @allow(Role.ADMINISTRATOR)
    def post(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Add a pay rate valid from a day on."""
        return queries.pay_described(
            [service.add_pay_rate(with_ids(sent), actor=current_actor())]
        )[0]


@blueprint.route("/pay-rates/<uuid:rate_id>")
class OnePayRate(MethodView):
    """One pay rate."""

    @blueprint.etag
    @blueprint.response(200, PayRateSchema)
    @allow(*PAY_READERS)
    def get(self, rate_id: UUID) -> dict[str, Any]:
        """Read a pay rate."""
        rate = queries.get(PayRate, rate_id, actor=current_actor())
        blueprint.set_version(rate)
        return queries.pay_described([rate])[0]

    @blueprint.etag
    @blueprint.arguments(PayRateChangesSchema)
    @blueprint.response(200, PayRateSchema)
    @allow(Role.ADMINISTRATOR)
    def patch(self, changes: dict[str, Any], rate_id: UUID) -> dict[str, Any]:
        """Say which day is a pay rate's last."""
        actor = current_actor()
        blueprint.check_version(queries.get(PayRate, rate_id, actor=actor, locked=True))
        rate = service.change_pay_rate(rate_id, changes, actor=actor)
        blueprint.set_version(rate)
        return queries.pay_described([rate])[0]
