"""The blueprint of an area's REST resources."""

from typing import Any

from flask import Request, json
from flask_smorest import Blueprint as SmorestBlueprint
from webargs.core import is_json, missing
from webargs.flaskparser import FlaskParser


class StrictParser(FlaskParser):
    """webargs, reading JSON as the application does."""

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        return json.loads(body) if body and is_json(req.mimetype) else missing


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """flask-smorest's, with strict JSON and ETags made from a row's version."""

    ARGUMENTS_PARSER = StrictParser()

    def check_version(self, row: Any) -> None:
        """Compare If-Match with the row as it is now; call it with the row locked.

        Raises:
            flask_smorest.exceptions.PreconditionFailed: it was changed meanwhile (412).
        """
        self.check_etag({"id": str(row.id), "version": row.version})

    def set_version(self, row: Any) -> None:
        """Give the answer the row's ETag."""
        self.set_etag({"id": str(row.id), "version": row.version})
