"""What happened to one thing, as the API tells it."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields

from app.core.audit import AuditEntry


class HistoryEntrySchema(Schema):
    """One recorded act; sealed values and positions appear as fingerprints."""

    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    of = fields.String(required=True, attribute="subject_kind")
    id = fields.String(required=True, attribute="subject_id")
    before = fields.Dict(keys=fields.String(), required=True)
    after = fields.Dict(keys=fields.String(), required=True)
    reason = fields.String(required=True, allow_none=True)
    position = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Its place in the audit chain; null until it is sealed."},
    )


class HistorySchema(Schema):
    """What happened, oldest first."""

    items = fields.List(fields.Nested(HistoryEntrySchema), required=True)


def told(entries: Sequence[AuditEntry]) -> dict[str, Any]:
    """Return entries as the schema shows them."""
    return {"items": list(entries)}
