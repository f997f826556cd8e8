"""Reading how each source's files are headed."""

import sqlalchemy as sa

from app.core.db import db
from app.jobs.models import ColumnMapping


def mapping(source: str, kind: str) -> ColumnMapping | None:
    chosen = sa.select(ColumnMapping).where(
        ColumnMapping.source == source, ColumnMapping.kind == kind
    )
    return db.session.scalar(chosen)


def columns_of(source: str | None, kind: str) -> dict[str, str]:
    """Return the source's header to our field; empty for a source without a mapping."""
    kept = mapping(source, kind) if source else None
    return dict(kept.columns) if kept else {}


def mappings_select(kind: str | None = None) -> sa.Select[ColumnMapping]:
    """Select the mappings kept, of one kind of file or all."""
    chosen = sa.select(ColumnMapping)
    return chosen.where(ColumnMapping.kind == kind) if kind else chosen
