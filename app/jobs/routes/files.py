"""Import files of every kind: sending them, their templates, and how sources head them."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.core import imports, tabular
from app.core.db import unit_of_work
from app.core.imports import Context, Report
from app.core.policies import Role, require
from app.http.actor import current_actor
from app.http.entry import manages_transactions
from app.http.guards import allow
from app.http.paging import Page, page_schema, paginate
from app.jobs import queries, service
from app.jobs.models import ColumnMapping
from app.jobs.routes.mounting import DISPATCHERS, READERS, blueprint
from app.jobs.schemas.asking import (
    ImportFileSchema,
    ImportFormSchema,
    KeptMappingSchema,
    MappingListArguments,
    TemplateArguments,
)
from app.jobs.schemas.showing import ImportKindsSchema, ReportSchema

SENDERS = (*READERS, Role.PARTNER)
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.route("/imports")
class ImportKinds(MethodView):
    """The kinds of files that may be sent."""

    @blueprint.response(200, ImportKindsSchema)
    @allow(*SENDERS)
    def get(self) -> dict[str, Any]:
        """List the kinds of import files with their columns."""
        importers = [imports.get(kind) for kind in imports.kinds()]
        return {"items": [one for one in importers if one.allows(current_actor())]}


@blueprint.route("/imports/<kind>")
class Imports(MethodView):
    """One kind of file."""

    @blueprint.arguments(ImportFileSchema, location="files")
    @blueprint.arguments(ImportFormSchema, location="form")
    @blueprint.response(200, ReportSchema)
    @allow(*SENDERS)
    @manages_transactions
    def post(self, files: dict[str, Any], how: dict[str, Any], kind: str) -> Report:
        """Import a CSV or XLSX file; the report says what became of every line."""
        actor = current_actor()
        require(imports.get(kind).allows(actor), f"import-{kind}")
        table = tabular.read_bounded(files["file"].read(), encoding=how["encoding"])
        source = how["source"]
        with unit_of_work():
            if how["keep_mapping"] and source and not how["dry_run"]:
                service.keep_mapping(source, kind, how["mapping"], actor=actor)
            mapping = queries.columns_of(source, kind) | how["mapping"]
            context = Context(actor, update=how["update"], source=source or "")
            return imports.run(kind, table, context, dry_run=how["dry_run"], mapping=mapping)


@blueprint.route("/imports/<kind>/template.<any(csv,xlsx):form>")
class ImportTemplate(MethodView):
    """An empty file to fill in."""

    @blueprint.arguments(TemplateArguments, location="query")
    @blueprint.response(200, content_type="application/octet-stream")
    @allow(*SENDERS)
    def get(self, asked: dict[str, Any], kind: str, form: str) -> Response:
        """Download a template with one example line."""
        require(imports.get(kind).allows(current_actor()), f"import-{kind}")
        content = imports.template(kind, locale=asked["lang"], form=form)
        answer = Response(content, mimetype=FORMS[form])
        answer.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
        return answer


@blueprint.route("/column-mappings")
class ColumnMappings(MethodView):
    """How each source's files are headed."""

    @blueprint.arguments(MappingListArguments, location="query")
    @blueprint.response(200, page_schema(KeptMappingSchema))
    @allow(*DISPATCHERS)
    def get(self, asked: dict[str, Any]) -> Page[ColumnMapping]:
        """List the mappings kept."""
        chosen = queries.mappings_select(asked.pop("kind", None))
        return paginate(chosen, order=ColumnMapping.source, key=ColumnMapping.id, **asked)

    @blueprint.arguments(KeptMappingSchema)
    @blueprint.response(200, KeptMappingSchema)
    @allow(*DISPATCHERS)
    def post(self, sent: dict[str, Any]) -> ColumnMapping:
        """Keep a source's mapping for one kind of file, in place of the one before."""
        return service.keep_mapping(
            sent["source"], sent["kind"], sent["columns"], actor=current_actor()
        )
