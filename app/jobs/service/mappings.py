"""Keeping how each source's files are headed."""

from uuid import uuid4

from app.core import audit, imports
from app.core.columns import ColumnsNotMatched
from app.core.db import db
from app.core.errors import problem_of
from app.core.policies import Actor, require
from app.jobs.models import ColumnMapping
from app.jobs.queries.mappings import mapping


def keep_mapping(
    source: str, kind: str, columns: dict[str, str], *, actor: Actor
) -> ColumnMapping:
    """Keep which of our fields a source's headers fill: ``{"客户姓名": "customer_name"}``.

    Raises:
        ImportKindUnknown: there is no such kind of file.
        Forbidden: the actor may not import it.
        ColumnsNotMatched: it names a field that kind has not.
    """
    importer = imports.get(kind)
    require(importer.allows(actor), f"import-{kind}")
    _check_fields(importer, columns)
    kept = mapping(source, kind) or ColumnMapping(id=uuid4(), source=source, kind=kind)
    kept.columns = dict(columns)
    audit.change("keep-mapping", kept, actor=actor)
    db.session.add(kept)
    db.session.flush()
    return kept


def _check_fields(importer: imports.Importer, columns: dict[str, str]) -> None:
    known = sorted(column.field for column in importer.columns)
    errors = [
        problem_of(ours, "is no field of this import", value=theirs, remedy=", ".join(known))
        for theirs, ours in columns.items()
        if ours not in known
    ]
    if errors:
        raise ColumnsNotMatched(errors=errors)
