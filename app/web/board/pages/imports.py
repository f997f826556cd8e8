"""Import files: templates to fill in, a dry run first, a report row by row."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core import imports as importing
from app.core import tabular
from app.core.columns import ColumnsNotMatched
from app.core.db import db, unit_of_work
from app.core.errors import DomainError
from app.core.imports import Context, Importer, Report
from app.core.policies import require
from app.core.tabular import Table
from app.http.actor import current_actor
from app.http.entry import manages_transactions
from app.jobs import queries, service
from app.jobs.models import ColumnMapping
from app.web.board.blueprint import blueprint, office
from app.web.board.words import IMPORT_KINDS, import_kind, refusal_text
from app.web.shared.preferences import language

SHOWN = 500
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@blueprint.get("/imports")
@office
def imports() -> ResponseReturnValue:
    return _page(values=dict(request.args))


@blueprint.post("/imports")
@office
@manages_transactions
def run_import() -> ResponseReturnValue:
    """Read the file, try or apply it line by line, and say what became of every line."""
    kind, source = request.form.get("kind", ""), request.form.get("source", "").strip()[:80]
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _page(request.form, refused=gettext("Choose a file.")), 422
    table: Table | None = None
    try:
        require(importing.get(kind).allows(current_actor()), f"import-{kind}")
        encoding = request.form.get("encoding") or None
        table = tabular.read_bounded(upload.read(), encoding=encoding)
        report = _run(kind, source, table)
    except ColumnsNotMatched as error:
        headers = table.headers if table else []
        refused = refusal_text(error)
        return _page(
            request.form, refused=refused, headers=headers, importer=importing.get(kind)
        ), 422
    except DomainError as error:
        return _page(request.form, refused=refusal_text(error)), 422
    return _page(request.form, report=report, file=upload.filename)


@blueprint.post("/imports/mapping")
@office
def keep_mapping() -> ResponseReturnValue:
    """Keep which of our fields each of a source's headers fills."""
    kind, source = request.form.get("kind", ""), request.form.get("source", "").strip()[:80]
    if not source:
        return _page(request.form, refused=gettext("Name the source of the file.")), 422
    pairs = zip(request.form.getlist("header"), request.form.getlist("field"), strict=False)
    columns = {header: field for header, field in pairs if field}
    try:
        service.keep_mapping(source, kind, columns, actor=current_actor())
    except DomainError as error:
        return _page(request.form, refused=refusal_text(error)), 422
    flash(gettext("Kept for %(source)s. Choose the file again.", source=source), "ok")
    return redirect(url_for("board.imports", kind=kind, source=source), 303)


@blueprint.get("/imports/<kind>/template.<form>")
@office
def import_template(kind: str, form: str) -> ResponseReturnValue:
    """Send a file to fill in, headed in the reader's language."""
    form = form if form in FORMS else "csv"
    content = importing.template(kind, locale=language(), form=form)
    response = Response(content, content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return response


def _run(kind: str, source: str, table: Table) -> Report:
    context = Context(current_actor(), update=bool(request.form.get("update")), source=source)
    with unit_of_work():
        return importing.run(
            kind,
            table,
            context,
            dry_run=bool(request.form.get("dry_run")),
            mapping=queries.columns_of(source, kind),
        )


def _sources(kinds: list[str]) -> list[str]:
    """Return the sources whose headers are known, for files of these kinds."""
    chosen = queries.mappings_select(None).where(ColumnMapping.kind.in_(kinds))
    return sorted({one.source for one in db.session.scalars(chosen)})


def _page(values: Any, **more: Any) -> str:
    actor = current_actor()
    known = sorted(importing.kinds(), key=lambda kind: ([*IMPORT_KINDS, kind].index(kind), kind))
    allowed = [kind for kind in known if importing.get(kind).allows(actor)]
    importer: Importer | None = more.get("importer")
    return render_template(
        "board/imports.html",
        values=values,
        kinds=[(kind, import_kind(kind)) for kind in allowed],
        sources=_sources(allowed),
        fields=[
            (c.field, c.header_zh if language() == "zh" else c.header_en) for c in importer.columns
        ]
        if importer
        else [],
        shown=SHOWN,
        **more,
    )
