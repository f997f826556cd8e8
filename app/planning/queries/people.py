"""Technicians as a day's view shows them."""

from typing import Any

from app.core.policies import Actor
from app.technicians.queries import Working

SHOWN_SKILLS = 3


def technician_json(one: Working, actor: Actor, kinds: dict[str, str]) -> dict[str, Any]:
    """Return who they are, when they work and what they are good for.

    The name is open to whoever dispatches their territory; ``kinds`` names each category's code.
    """
    technician = one.technician
    name = technician.name if actor.works_in(technician.territory_id) else technician.code
    return {
        "id": str(technician.id),
        "code": technician.code,
        "name": name,
        "initials": initials(name),
        "home": _at(one),
        "shift": _shift(one),
        "skills_text": skills_text(one, kinds),
        "rating": _rating(one),
    }


def initials(name: str) -> str:
    """Return the letters that stand for a name: ``陈`` for 陈伟, ``AB`` for Ada Byron."""
    words = name.split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return name[:1].upper()


def skills_text(one: Working, kinds: dict[str, str]) -> str:
    """Name the kinds of goods they are certified for, the first few of them."""
    codes = {held.category_path.strip("/").split("/")[-1] for held in one.standing.certificates}
    named = sorted(kinds.get(code, code) for code in codes)
    more = f" +{len(named) - SHOWN_SKILLS}" if len(named) > SHOWN_SKILLS else ""
    return " · ".join(named[:SHOWN_SKILLS]) + more


def _at(one: Working) -> list[float] | None:
    home = one.home
    return [home.lat, home.lon] if home and home.lat is not None and home.lon is not None else None


def _shift(one: Working) -> dict[str, str] | None:
    if not one.shifts:
        return None
    return {
        "start": one.shifts[0].starts_at.isoformat(),
        "end": one.shifts[-1].ends_at.isoformat(),
    }


def _rating(one: Working) -> dict[str, Any] | None:
    score = one.scores.get(None)
    if score is None:
        return None
    return {
        "professional": round(score.professional, 2),
        "attitude": round(score.attitude, 2),
        "count": score.count,
    }
