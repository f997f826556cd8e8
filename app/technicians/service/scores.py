"""Keeping technicians' standing as ratings computed it."""

from uuid import UUID

import sqlalchemy as sa

from app.core import clock
from app.core.db import db
from app.technicians.models import Score


def record_score(
    technician_id: UUID,
    category_id: UUID | None,
    professional: float,
    attitude: float,
    count: int,
) -> Score:
    """Keep a technician's standing in a category, or overall where that is ``None``.

    It is derived from ratings, which are audited themselves; the last computation counts.

    Args:
        technician_id: Whose.
        category_id: The category, or ``None``.
        professional: Shrunk mean, 1 to 5.
        attitude: Shrunk mean, 1 to 5.
        count: How many ratings it rests on.
    """
    same = sa.select(Score).where(
        Score.technician_id == technician_id, Score.category_id == category_id
    )
    score = db.session.scalar(same.with_for_update())
    if score is None:
        score = Score(technician_id=technician_id, category_id=category_id)
    score.professional, score.attitude, score.count = professional, attitude, count
    score.computed_at = clock.now()
    db.session.add(score)
    db.session.flush()
    return score
