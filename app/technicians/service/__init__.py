"""Changing technicians, their time and their qualifications."""

from app.technicians.service.absences import change_absence, declare_absence, withdraw_absence
from app.technicians.service.certificates import (
    add_certificate,
    change_certificate,
    judge_certificate,
)
from app.technicians.service.licences import add_licence, change_licence
from app.technicians.service.people import Home, add_technician, change_technician, reveal
from app.technicians.service.scores import record_score
from app.technicians.service.shifts import add_shift, change_shift, remove_shift

__all__ = [
    "Home",
    "add_certificate",
    "add_licence",
    "add_shift",
    "add_technician",
    "change_absence",
    "change_certificate",
    "change_licence",
    "change_shift",
    "change_technician",
    "declare_absence",
    "judge_certificate",
    "record_score",
    "remove_shift",
    "reveal",
    "withdraw_absence",
]
