"""Pure computation about technicians: who is qualified, and when they work."""

from app.technicians.rules.qualification import (
    HeldCertificate,
    HeldLicence,
    Lack,
    Needs,
    Shortfall,
    Standing,
    qualification,
)
from app.technicians.rules.working_time import Break, WorkTime, cut, work_time

__all__ = [
    "Break",
    "HeldCertificate",
    "HeldLicence",
    "Lack",
    "Needs",
    "Shortfall",
    "Standing",
    "WorkTime",
    "cut",
    "qualification",
    "work_time",
]
