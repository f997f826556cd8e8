"""What can happen on site."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.core.events import Event


class FailureReason(StrEnum):
    """Why a visit could not be completed."""

    NOBODY_HOME = "nobody-home"
    GOODS_MISSING = "goods-missing"
    GOODS_DAMAGED = "goods-damaged"
    WRONG_GOODS = "wrong-goods"
    UNSUITABLE_SITE = "unsuitable-site"
    PART_MISSING = "part-missing"
    UNSAFE = "unsafe"
    REFUSED = "refused"
    COUNTERFEIT = "suspected-counterfeit"


@dataclass(frozen=True, kw_only=True)
class TechnicianOnTheWay(Event):
    """A technician left for the customer."""

    visit_id: UUID
    technician_id: UUID


@dataclass(frozen=True, kw_only=True)
class VisitArrived(Event):
    """Somebody of the crew stands at the customer's door."""

    visit_id: UUID
    technician_id: UUID


@dataclass(frozen=True, kw_only=True)
class VisitStarted(Event):
    """The work began."""

    visit_id: UUID


@dataclass(frozen=True, kw_only=True)
class VisitCompleted(Event):
    """The work is done; ``finished_at`` is when, as far as the evidence says."""

    visit_id: UUID
    finished_at: datetime


@dataclass(frozen=True, kw_only=True)
class VisitFailed(Event):
    """The trip was made, the work could not be done."""

    visit_id: UUID
    reason: FailureReason
