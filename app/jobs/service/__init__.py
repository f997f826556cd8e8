"""Changing orders and jobs."""

from app.jobs.service.again import do_again, go_again
from app.jobs.service.cancelling import JobNotCancellable, cancel
from app.jobs.service.changing import (
    JobChange,
    JobMoveRefused,
    JobNotChangeable,
    WindowNotValid,
    confirm_window,
    edit,
    mark,
    reveal,
    try_again,
)
from app.jobs.service.charging import charge_late_change
from app.jobs.service.completing import complete_requirements
from app.jobs.service.intake import OrderDiffers, Taken, take_order
from app.jobs.service.known import Known
from app.jobs.service.mappings import keep_mapping
from app.jobs.service.noting import NoteNotAccepted, add_note
from app.jobs.service.parcels import arrive
from app.jobs.service.release import review
from app.jobs.service.revising import OrderUnderWay

__all__ = [
    "JobChange",
    "JobMoveRefused",
    "JobNotCancellable",
    "JobNotChangeable",
    "Known",
    "NoteNotAccepted",
    "OrderDiffers",
    "OrderUnderWay",
    "Taken",
    "WindowNotValid",
    "add_note",
    "arrive",
    "cancel",
    "charge_late_change",
    "complete_requirements",
    "confirm_window",
    "do_again",
    "edit",
    "go_again",
    "keep_mapping",
    "mark",
    "reveal",
    "review",
    "take_order",
    "try_again",
]
