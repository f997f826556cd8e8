"""The clock of a case."""

from datetime import datetime, timedelta

from app.aftersales.models import CaseKind

ANSWER = {
    CaseKind.NOT_FINISHED: timedelta(hours=4),
    CaseKind.DAMAGE: timedelta(hours=12),
    CaseKind.WORKMANSHIP: timedelta(hours=24),
    CaseKind.CONDUCT: timedelta(hours=24),
    CaseKind.COST: timedelta(hours=24),
    CaseKind.OTHER: timedelta(hours=48),
}
"""How long a consumer waits for an answer at most."""
RESOLVE = timedelta(days=7)
"""How long a case takes from its first answer at most."""
NOT_FINISHED_WITHIN = timedelta(hours=48)
"""So long after a visit «not finished» sends somebody again without more ado."""
REOPENED_WITHIN = timedelta(days=14)
"""So long after it was resolved a consumer opens the same case again."""
COMPLAIN_WITHIN = timedelta(days=180)


def answer_due(kind: CaseKind, opened_at: datetime) -> datetime:
    return opened_at + ANSWER[kind]


def resolve_due(answered_at: datetime) -> datetime:
    return answered_at + RESOLVE


def goes_again(kind: CaseKind, finished_at: datetime | None, now: datetime) -> bool:
    """Tell whether a case adds a visit by itself."""
    if kind is not CaseKind.NOT_FINISHED or finished_at is None:
        return False
    return now <= finished_at + NOT_FINISHED_WITHIN
