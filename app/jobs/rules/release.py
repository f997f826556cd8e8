"""When a job may be planned, and what to do where it may not. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.catalogue.models import JobType
from app.jobs.models import JobState

NEEDS_GOODS = frozenset({JobType.INSTALL, JobType.REPAIR})
NEEDS_KIT = frozenset({JobType.INSTALL})
READY = frozenset({JobState.RELEASED, JobState.PLANNED, JobState.STARTED, JobState.DONE})


class BlockerCode(StrEnum):
    """Why a job may not be planned."""

    PARCELS_MISSING = "parcels-missing"
    KIT_MISMATCH = "kit-mismatch"
    NO_PLACE = "no-place"
    PLACE_TOO_COARSE = "place-too-coarse"
    NO_DURATION = "no-duration"
    WAITING_FOR_JOB = "waiting-for-job"
    WINDOW_PASSED = "window-passed"
    VISIT_FAILED = "visit-failed"


FIXES = {
    BlockerCode.PARCELS_MISSING: "Wait for the parcels, or record their arrival.",
    BlockerCode.KIT_MISMATCH: "Have the missing goods sent, or correct what the parcels hold.",
    BlockerCode.NO_PLACE: "Drop a pin, or correct the address.",
    BlockerCode.PLACE_TOO_COARSE: "Drop a pin: the address was found only roughly.",
    BlockerCode.NO_DURATION: "Say how long it takes, or give its category a work spec.",
    BlockerCode.WAITING_FOR_JOB: "See to the job that comes first, or remove the link.",
    BlockerCode.WINDOW_PASSED: "Agree on a new window.",
    BlockerCode.VISIT_FAILED: "Decide: send somebody again, or cancel the job.",
}


@dataclass(frozen=True)
class ParcelFacts:
    """What is known of one parcel of the job's orders."""

    tracking: str
    has_arrived: bool
    contents: Mapping[str, int]
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What the release of one job hangs on.

    Attributes:
        own_kit: Part number to count for this job's own items.
        whole_kit: The same for everything its orders' parcels are to hold.
        radius_m: The place is right to about this; ``None``: it is not known at all.
        is_doubted: A person has to look at the position before anybody drives there.
        before: Number and state of each job that comes first.
    """

    job_type: JobType
    work_seconds: int | None
    radius_m: int | None
    is_doubted: bool = False
    window_end: datetime | None = None
    parcels: tuple[ParcelFacts, ...] = ()
    own_kit: Mapping[str, int] = field(default_factory=dict)
    whole_kit: Mapping[str, int] = field(default_factory=dict)
    before: tuple[tuple[str, JobState], ...] = ()


def blockers(facts: Facts, *, coarsest_m: int, now: datetime) -> list[dict[str, Any]]:
    """List what keeps a job from being planned; nothing: it is released.

    Args:
        facts: What is known.
        coarsest_m: A place known to this radius may be planned as approximate.
        now: A window that has ended is no window.
    """
    found = [
        _missing_parcels(facts),
        _kit_mismatch(facts),
        _place(facts, coarsest_m),
        _blocker(BlockerCode.NO_DURATION) if facts.work_seconds is None else None,
        _waiting_for(facts),
        _passed(facts.window_end, now),
    ]
    return [blocker for blocker in found if blocker is not None]


def _missing_parcels(facts: Facts) -> dict[str, Any] | None:
    missing = [parcel for parcel in facts.parcels if not parcel.has_arrived]
    if facts.job_type not in NEEDS_GOODS or not missing:
        return None
    expected = max((p.expected_at for p in missing if p.expected_at), default=None)
    return _blocker(
        BlockerCode.PARCELS_MISSING,
        tracking=sorted(parcel.tracking for parcel in missing),
        expected_at=expected.isoformat() if expected else None,
    )


def _kit_mismatch(facts: Facts) -> dict[str, Any] | None:
    """Compare what the parcels hold with the bill of goods, where every parcel says it."""
    declared = [parcel.contents for parcel in facts.parcels]
    if facts.job_type not in NEEDS_KIT or not declared or not all(declared):
        return None
    sent: Counter[str] = Counter()
    for contents in declared:
        sent.update(contents)
    missing = {
        sku: count - sent[sku]
        for sku, count in facts.whole_kit.items()
        if sku in facts.own_kit and sent[sku] < count
    }
    if not missing:
        return None
    extra = {sku: n for sku, n in (sent - Counter(facts.whole_kit)).items() if n > 0}
    return _blocker(BlockerCode.KIT_MISMATCH, missing=missing, unexpected=extra)


def _place(facts: Facts, coarsest_m: int) -> dict[str, Any] | None:
    if facts.radius_m is not None and facts.radius_m > coarsest_m:
        return _blocker(BlockerCode.PLACE_TOO_COARSE, radius_m=facts.radius_m)
    if facts.radius_m is None or facts.is_doubted:
        return _blocker(BlockerCode.NO_PLACE)
    return None


def _waiting_for(facts: Facts) -> dict[str, Any] | None:
    late = sorted(number for number, state in facts.before if state not in READY)
    return _blocker(BlockerCode.WAITING_FOR_JOB, jobs=late) if late else None


def _passed(window_end: datetime | None, now: datetime) -> dict[str, Any] | None:
    if window_end is None or window_end > now:
        return None
    return _blocker(BlockerCode.WINDOW_PASSED, window_end=window_end.isoformat())


def _blocker(code: BlockerCode, **details: Any) -> dict[str, Any]:
    return {"code": code.value, **details}


def visit_failed(reason: str | None) -> dict[str, Any]:
    """Return what blocks a job whose visit failed, until a person decides."""
    return _blocker(BlockerCode.VISIT_FAILED, reason=reason)
