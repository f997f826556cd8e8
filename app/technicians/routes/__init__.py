"""REST resources of technicians, their time and their qualifications."""

from app.technicians.routes import (  # noqa: F401  they add views
    absences,
    certificates,
    licences,
    people,
    qualification,
    shifts,
)
from app.technicians.routes.mounting import blueprint

__all__ = ["blueprint"]
