"""The catalogue from the command line."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click
from marshmallow import Schema
from rich.console import Console
from rich.table import Table

from app.catalogue import queries, schemas
from app.catalogue.models import Brand, Category, JobType, ProductModel
from app.core.db import db
from app.core.money import Money
from app.core.money import show as show_money
from app.core.policies import system

ACTOR = system("cli")
DAY = click.DateTime(formats=["%Y-%m-%d"])
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group("catalogue")
def group() -> None:
    """Brands, categories, models, what jobs take, and prices.

    \b
    shifu catalogue brands
    shifu catalogue spec install --category split-ac
    shifu template models > models.csv      then: shifu import models models.csv
    """


@group.command("brands")
@AS_JSON
def brands(*, as_json: bool) -> None:
    """List the brands with their service deadlines."""
    rows = list(db.session.scalars(queries.visible(Brand, ACTOR).order_by(Brand.code)))
    if as_json:
        _dump(schemas.BrandSchema(many=True), rows)
        return
    table = Table("brand", "name", "中文", "days to first visit")
    for row in rows:
        table.add_row(row.code, row.name, row.name_zh, str(row.service_days))
    Console().print(table)


@group.command("categories")
@AS_JSON
def categories(*, as_json: bool) -> None:
    """Show the tree of categories; a certificate covers all below its own."""
    rows = list(db.session.scalars(queries.visible(Category, ACTOR).order_by(Category.path)))
    if as_json:
        _dump(schemas.CategorySchema(many=True), queries.categories_described(rows))
        return
    table = Table("category", "name", "中文")
    for row in rows:
        table.add_row("  " * (row.path.count("/") - 2) + row.code, row.name, row.name_zh)
    Console().print(table)


@group.command("models")
@click.option("--brand", help="Code of the brand.")
@click.option("--category", help="Code of the category; all below it too.")
@AS_JSON
def models(brand: str | None, category: str | None, *, as_json: bool) -> None:
    """List models with their bills of goods.

    \b
    shifu catalogue models --brand NORDHEM
    """
    chosen = queries.models(ACTOR, brand=brand, category=category)
    rows = list(db.session.scalars(chosen.order_by(ProductModel.code)))
    found = queries.models_described(rows)
    if as_json:
        _dump(schemas.ModelSchema(many=True), found)
        return
    table = Table("brand", "model", "name", "category", "kit", "discontinued")
    for row in found:
        kit = "\n".join(f"{line.quantity} × {line.sku} {line.name}" for line in row["kit"])
        ended = row["discontinued_on"]
        table.add_row(
            row["brand"], row["code"], row["name"], row["category"], kit, str(ended or "")
        )
    Console().print(table)


@group.command("spec")
@click.argument("job_type", type=click.Choice([kind.value for kind in JobType]))
@click.option("--category", help="Code of the category.")
@click.option("--brand", help="Code of the brand, with --model.")
@click.option("--model", help="Code of the brand's model.")
@AS_JSON
def spec(
    job_type: str, category: str | None, brand: str | None, model: str | None, *, as_json: bool
) -> None:
    """Show what a job of JOB_TYPE takes, by the model's own spec or its nearest category's.

    \b
    shifu catalogue spec install --category split-ac
    shifu catalogue spec repair --brand NORDHEM --model AC-35
    """
    if (category is None) == (brand is None or model is None):
        raise click.UsageError("Give --category, or --brand with --model.")
    found = queries.spec_for(
        JobType(job_type),
        model_id=_model_id(brand, model),
        category_id=queries.category_by_code(category).id if category else None,
    )
    if found is None:
        raise queries.WorkSpecNotFound(job_type=job_type, category=category, model=model)
    [row] = queries.specs_described([found])
    if as_json:
        _dump(schemas.WorkSpecSchema(), row)
        return
    Console().print(_spec_table(row))


def _model_id(brand: str | None, model: str | None) -> Any:
    if brand is None or model is None:
        return None
    return queries.model_by_code(queries.brand_by_code(brand).id, model).id


def _spec_table(row: dict[str, Any]) -> Table:
    of = f"{row['brand']} {row['model']}" if row["model"] else row["category"]
    table = Table("takes", "", title=f"{row['job_type']} by the spec of {of}")
    crew = " + ".join(f"level {seat['level']}" for seat in row["crew"])
    parts = ", ".join(f"{count} × {part}" for part, count in row["parts"].items())
    facts = {
        "work": f"{row['work_seconds'] // 60} min",
        "set-up": f"{row['setup_seconds'] // 60} min",
        "crew": crew,
        "tools": ", ".join(row["tools"]),
        "parts": parts,
        "licences": ", ".join(row["licences"]),
        "certificate": "needed" if row["needs_certificate"] else "not needed",
        "photos": ", ".join(row["photos"]),
    }
    for name, value in facts.items():
        table.add_row(name, value)
    return table


@group.command("prices")
@click.option("--code", help="visit, or an extra such as drilling.")
@click.option("--on", "day", type=DAY, help="Only those valid on this day.")
@AS_JSON
def prices(code: str | None, day: datetime | None, *, as_json: bool) -> None:
    """List prices with their days of validity.

    \b
    shifu catalogue prices --on 2026-11-23
    """
    chosen = queries.prices(ACTOR, code=code, on=day.date() if day else None)
    rows = sorted(db.session.scalars(chosen), key=lambda row: (row.code, row.valid_from))
    found = queries.prices_described(rows)
    if as_json:
        _dump(schemas.PriceSchema(many=True), found)
        return
    table = Table("price", "name", "for", "amount", "unit", "from", "until")
    for row in found:
        table.add_row(*_price_row(row))
    Console().print(table)


def _price_row(row: dict[str, Any]) -> Sequence[str]:
    scope = " ".join(str(row[name]) for name in ("brand", "category", "job_type") if row[name])
    amount = show_money(Money(row["amount_minor"], row["currency"]))
    until = str(row["valid_until"] or "")
    return (
        row["code"], row["name"], scope or "everything", amount, row["unit"],
        str(row["valid_from"]), until,
    )  # fmt: skip


def _dump(schema: Schema, rows: Any) -> None:
    click.echo(json.dumps(schema.dump(rows), ensure_ascii=False, indent=2))
