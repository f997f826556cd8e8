"""Rows of the catalogue as people and programs read them: codes instead of ids."""

from collections.abc import Sequence
from typing import Any

from app.catalogue.models import Brand, Category, PayRate, Price, ProductModel, WorkSpec
from app.catalogue.queries.finding import brands_of_models, codes, kits

SPEC = (
    "id", "job_type", "work_seconds", "setup_seconds", "crew", "tools", "parts", "licences",
    "photos", "needs_certificate", "service_days",
)  # fmt: skip

PRICE = (
    "id", "kind", "code", "name", "name_zh", "unit", "job_type", "amount_minor", "currency",
    "valid_from", "valid_until",
)  # fmt: skip
PAY = ("id", "job_type", "level", "amount_minor", "currency", "valid_from", "valid_until")


def categories_described(rows: Sequence[Category]) -> list[dict[str, Any]]:
    parents = codes(Category, [row.parent_id for row in rows])
    return [
        {
            "id": row.id,
            "code": row.code,
            "name": row.name,
            "name_zh": row.name_zh,
            "parent": parents.get(row.parent_id),
            "path": row.path,
        }
        for row in rows
    ]


def models_described(rows: Sequence[ProductModel]) -> list[dict[str, Any]]:
    brands = codes(Brand, [row.brand_id for row in rows])
    categories = codes(Category, [row.category_id for row in rows])
    goods = kits([row.id for row in rows])
    return [
        {
            "id": row.id,
            "brand": brands[row.brand_id],
            "category": categories[row.category_id],
            "code": row.code,
            "name": row.name,
            "name_zh": row.name_zh,
            "discontinued_on": row.discontinued_on,
            "kit": goods[row.id],
        }
        for row in rows
    ]


def specs_described(rows: Sequence[WorkSpec]) -> list[dict[str, Any]]:
    models = brands_of_models([row.model_id for row in rows])
    brands = codes(Brand, models.values())
    model_codes = codes(ProductModel, models)
    categories = codes(Category, [row.category_id for row in rows])
    return [
        {name: getattr(row, name) for name in SPEC}
        | {
            "brand": brands.get(models.get(row.model_id)),
            "model": model_codes.get(row.model_id),
            "category": categories.get(row.category_id),
        }
        for row in rows
    ]


def prices_described(rows: Sequence[Price]) -> list[dict[str, Any]]:
    brands = codes(Brand, [row.brand_id for row in rows])
    categories = codes(Category, [row.category_id for row in rows])
    return [
        {name: getattr(row, name) for name in PRICE}
        | {"brand": brands.get(row.brand_id), "category": categories.get(row.category_id)}
        for row in rows
    ]


def pay_described(rows: Sequence[PayRate]) -> list[dict[str, Any]]:
    categories = codes(Category, [row.category_id for row in rows])
    return [
        {name: getattr(row, name) for name in PAY} | {"category": categories.get(row.category_id)}
        for row in rows
    ]
