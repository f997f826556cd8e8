"""The blueprint of technicians' resources, and who reaches them."""

from datetime import date, timedelta
from uuid import UUID

from app.core import clock
from app.core.policies import Role
from app.http.actor import current_actor
from app.http.blueprint import Blueprint
from app.technicians import queries
from app.technicians.models import Technician

blueprint = Blueprint(
    "technicians", __name__, url_prefix="/technicians", description="Who works, when, as what"
)
KEEPERS = (Role.ADMINISTRATOR, Role.DISPATCHER, Role.PARTNER)
READERS = (*KEEPERS, Role.TECHNICIAN)
TWO_WEEKS = timedelta(days=13)


def asked(technician_id: UUID, *, locked: bool = False) -> Technician:
    """Return the technician of the address, if the caller may see them."""
    return queries.get(technician_id, actor=current_actor(), locked=locked)


def days(
    technician: Technician, first_day: date | None, last_day: date | None
) -> tuple[date, date]:
    """Fill in the days that were left out of a question."""
    first = first_day or clock.today(queries.zone_of(technician))
    return first, last_day or first + TWO_WEEKS
