"""The blueprint of the catalogue's resources, and who reaches them."""

from functools import partial
from typing import Any

from app.catalogue import queries
from app.catalogue.models import Brand, Category
from app.core.policies import Role
from app.core.references import referred
from app.http.actor import current_actor
from app.http.blueprint import Blueprint

blueprint = Blueprint(
    "catalogue", __name__, url_prefix="/catalogue", description="Goods, work, prices and pay"
)
READERS = (Role.ADMINISTRATOR, Role.DISPATCHER, Role.TECHNICIAN, Role.PARTNER, Role.BRAND)
PAY_READERS = READERS[:4]


def brand_named(code: str) -> Brand:
    """Return the brand a body names; another brand's is unknown to a brand."""
    return referred("brand", code, partial(queries.brand_by_code, actor=current_actor()))


def category_named(code: str, field: str = "category") -> Category:
    return referred(field, code, queries.category_by_code)


def with_ids(sent: dict[str, Any]) -> dict[str, Any]:
    """Replace the codes of brand and category in a body by their ids."""
    values = dict(sent)
    if "brand" in values:
        values["brand_id"] = brand_named(values.pop("brand")).id
    if "category" in values:
        values["category_id"] = category_named(values.pop("category")).id
    return values
