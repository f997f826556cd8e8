"""Technicians as people and programs read them: masked where they must, codes for ids."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.accounts.models import Partner
from app.catalogue import queries as catalogue
from app.catalogue.models import Brand, Category
from app.core import settings
from app.core.personal import masked
from app.core.policies import Actor
from app.places.models import Territory
from app.technicians import policies
from app.technicians.models import Certificate, Technician
from app.technicians.queries.people import codes, scores_of
from app.technicians.rules import Shortfall

PLAIN = (
    "id", "code", "vehicle", "team_size", "pace", "tools", "stock", "identity_until",
    "insured_until", "joined_on", "left_on",
)  # fmt: skip
COSTS = ("cost_per_hour_minor", "cost_per_km_minor")
CERTIFICATE = (
    "id", "technician_id", "job_type", "level", "valid_from", "valid_until", "evidence", "state",
)  # fmt: skip


def described(rows: Sequence[Technician], *, actor: Actor) -> list[dict[str, Any]]:
    """Describe technicians to an actor: names, phones and costs only as far as they may read."""
    territories = codes(Territory, [row.territory_id for row in rows])
    partners = codes(Partner, [row.partner_id for row in rows])
    return [
        {name: getattr(row, name) for name in PLAIN}
        | _personal(row, is_masked=not policies.sees_openly(actor, row))
        | {name: getattr(row, name) for name in COSTS if policies.dispatches(actor, row)}
        | {
            "territory": territories[row.territory_id],
            "partner": partners.get(row.partner_id),
            "currency": settings.current().currency,
        }
        for row in rows
    ]


def _personal(technician: Technician, *, is_masked: bool) -> dict[str, Any]:
    show = masked if is_masked else getattr
    return {
        "name": show(technician, "name"),
        "phone": show(technician, "phone"),
        "is_masked": is_masked,
    }


def profile(technician: Technician, *, actor: Actor) -> dict[str, Any]:
    """Describe one technician with their standing, overall first."""
    scores = scores_of(technician.id)
    categories = catalogue.codes(Category, [score.category_id for score in scores])
    standing = [
        {
            "category": categories.get(score.category_id),
            "professional": score.professional,
            "attitude": score.attitude,
            "count": score.count,
        }
        for score in scores
    ]
    return described([technician], actor=actor)[0] | {"scores": standing}


def certificates_described(rows: Sequence[Certificate]) -> list[dict[str, Any]]:
    """Describe certificates with the codes of brand and category."""
    brands = catalogue.codes(Brand, [row.brand_id for row in rows])
    categories = catalogue.codes(Category, [row.category_id for row in rows])
    return [
        {name: getattr(row, name) for name in CERTIFICATE}
        | {"brand": brands[row.brand_id], "category": categories[row.category_id]}
        for row in rows
    ]


def answer(technician: Technician, on: date, lacks: Sequence[Shortfall]) -> dict[str, Any]:
    """Put the answer of qualification into plain values."""
    return {
        "technician": technician.code,
        "on": on,
        "is_qualified": not lacks,
        "shortfalls": [
            {"code": lack.code.value, "text": str(lack), "detail": lack.detail} for lack in lacks
        ],
    }
