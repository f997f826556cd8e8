"""Tables of the evidence."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.personal import Personal, Sealed
from app.planning.models import Visit, VisitState
from app.technicians.models import Technician
from app.visits.events import FailureReason


class Verdict(StrEnum):
    """What the server decided about a report from the field."""

    APPLIED = "applied"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


class VisitReport(Personal, Model):
    """One report from the field: a state with time and place, kept whatever was decided.

    ``person_id`` is the customer's: the note is about their home. ``reported_at`` is the
    client's clock, evidence only; ``received_at`` ours; ``happened_at`` is what the server
    believes of the two. ``device`` and ``sequence`` order what an offline phone sends; the same
    pair again from the same technician is the same report.
    """

    __tablename__ = "visit_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey(Visit.id), index=True)
    technician_id: Mapped[UUID] = mapped_column(ForeignKey(Technician.id), index=True)
    state: Mapped[VisitState]
    failure: Mapped[FailureReason | None]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    accuracy_m: Mapped[int | None]
    reported_at: Mapped[datetime]
    received_at: Mapped[datetime]
    happened_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(sa.String(64))
    sequence: Mapped[int]
    verdict: Mapped[Verdict]
    verdict_reason: Mapped[str | None] = mapped_column(sa.String(80))

    OPEN: ClassVar[Mapping[str, Any]] = {"lat": None, "lon": None, "accuracy_m": None}
    TOLD = ("state", "lat", "lon", "happened_at")
    DEALT_AT = "received_at"

    note = Sealed("note_sealed", "what was found and done")

    __table_args__ = (UniqueConstraint("technician_id", "device", "sequence"),)
