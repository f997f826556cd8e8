"""Scoring technicians by what was said of them."""

from collections.abc import Sequence
from uuid import UUID

from app.core.policies import Actor, require
from app.ratings import queries, rules
from app.technicians import service as technicians


def recompute(technician_ids: Sequence[UUID] | None = None, *, actor: Actor) -> int:
    """Shrink ratings afresh and pass the scores down; return how many were recorded.

    Args:
        technician_ids: Whose; everybody's when left out.
        actor: The system.
    """
    require(actor.is_administrator, "recompute-scores")
    wanted = None if technician_ids is None else set(technician_ids)
    scored = 0
    for technician_id, mine in rules.standings(queries.tallies()).items():
        if wanted is not None and technician_id not in wanted:
            continue
        for category_id, standing in mine.items():
            technicians.record_score(
                technician_id,
                category_id,
                professional=standing.professional.mean,
                attitude=standing.attitude.mean,
                count=standing.count,
            )
            scored += 1
    return scored
