"""Changing the catalogue."""

from app.catalogue.service.goods import (
    add_brand,
    add_category,
    add_model,
    change_brand,
    change_category,
    change_model,
    set_kit,
)
from app.catalogue.service.money import (
    DatesNotInOrder,
    add_pay_rate,
    add_price,
    change_pay_rate,
    change_price,
    require_order,
)
from app.catalogue.service.work import add_work_spec, change_work_spec

__all__ = [
    "DatesNotInOrder",
    "add_brand",
    "add_category",
    "add_model",
    "add_pay_rate",
    "add_price",
    "add_work_spec",
    "change_brand",
    "change_category",
    "change_model",
    "change_pay_rate",
    "change_price",
    "change_work_spec",
    "require_order",
    "set_kit",
]
