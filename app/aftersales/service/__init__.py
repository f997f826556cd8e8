"""Changing cases: one function for each thing a person wants done."""

from app.aftersales.service.entries import CaseNotAccepted
from app.aftersales.service.handling import CaseIsResolved, answer, resolve, take
from app.aftersales.service.opening import NothingToComplainOf, open_case, say
from app.aftersales.service.reworking import ReworkArranged, rework

__all__ = [
    "CaseIsResolved",
    "CaseNotAccepted",
    "NothingToComplainOf",
    "ReworkArranged",
    "answer",
    "open_case",
    "resolve",
    "rework",
    "say",
    "take",
]
