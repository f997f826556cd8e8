"""Importing tables: what a file may hold is declared, row by row it is applied and reported.

An area declares an ``Importer`` for each kind of file and registers it; the page, the API and the
command line all run it here. A dry run is the same work, undone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from app.core import events, exports
from app.core.columns import Column, Errors, Row, errors_of, match_headers, read_line, texts_of
from app.core.db import db, savepoint
from app.core.errors import Conflict, DomainError, NotFound, problem_of
from app.core.policies import Actor, Role, require
from app.core.tabular import Line, Table

__all__ = [
    "Column", "Context", "Errors", "ImportKindUnknown", "Importer", "Outcome", "Report",
    "ReportRow", "Row", "get", "kinds", "register", "run", "template",
]  # fmt: skip

Found = TypeVar("Found")


class ImportKindUnknown(NotFound):
    """There is no such kind of import file."""

    code = "import-kind-unknown"


class Outcome(StrEnum):
    """What became of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Context:
    """What the rows of one run share.

    Attributes:
        update: Whether a row that differs from what is there may change it.
    """

    actor: Actor
    update: bool = False
    source: str = ""
    memo: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, find: Callable[[], Found]) -> Found:
        """Look something up once for the run; never for what the run itself may create."""
        if key not in self.memo:
            self.memo[key] = find()
        found: Found = self.memo[key]
        return found


@dataclass(frozen=True)
class Importer:
    """One kind of import file.

    Attributes:
        apply: Writes one row, every declared field present (``None`` where the cell is empty),
            and says what became of it: created, updated or unchanged. It raises ``Conflict`` for
            what it will not overwrite and any other domain error for what it refuses.
        key: Fields by which people recognise a row in the report.
        group_by: Rows equal in these fields are applied together: ``apply`` then gets a list.
        roles: Who may import it, besides administrators.
        finish: Called once after all lines, for what is cheaper done together.
    """

    kind: str
    columns: list[Column]
    apply: Callable[[Any, Context], Outcome]
    key: tuple[str, ...] = ("code",)
    group_by: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    finish: Callable[[Context], None] | None = None

    def allows(self, actor: Actor) -> bool:
        return actor.is_administrator or actor.has(*self.roles)


@dataclass(frozen=True)
class ReportRow:
    """What became of one line of the file."""

    line: int
    outcome: Outcome
    key: str
    errors: Errors = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What became of a file; ``ignored_columns`` are headers that fill nothing."""

    kind: str
    dry_run: bool
    rows: list[ReportRow]
    ignored_columns: list[str]

    @property
    def counts(self) -> dict[str, int]:
        found = [row.outcome for row in self.rows]
        return {outcome.value: found.count(outcome) for outcome in Outcome}

    @property
    def has_faults(self) -> bool:
        return any(row.errors for row in self.rows)


@dataclass
class _Parsed:
    line: int
    key: str
    row: Row
    errors: Errors


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    _importers[importer.kind] = importer


def kinds() -> list[str]:
    return sorted(_importers)


def get(kind: str) -> Importer:
    """Return what imports files of this kind.

    Raises:
        ImportKindUnknown: nothing does.
    """
    if kind not in _importers:
        raise ImportKindUnknown(kind=kind, known=kinds())
    return _importers[kind]


def run(
    kind: str,
    table: Table,
    context: Context,
    *,
    dry_run: bool = False,
    mapping: dict[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Apply every line of a file, each on its own; a line that fails leaves the others alone.

    Args:
        kind: Which importer.
        table: The file as read.
        context: Who imports, and how.
        dry_run: Do the work, report it, undo it.
        mapping: The source's header to our field, before our own headers are tried.
        progress: Told how many of how many lines are done.

    Raises:
        ImportKindUnknown: there is no such kind.
        Forbidden: the actor may not import it.
        ColumnsNotMatched: a required column is missing, or two headers mean the same.
    """
    importer = get(kind)
    require(importer.allows(context.actor), f"import-{kind}")
    fields = match_headers(importer.columns, table.headers, mapping or {})
    groups = _grouped(importer, [_parsed(importer, fields, line) for line in table.lines])
    rows: list[ReportRow] = []
    with events.collected() as recorded, _undone() if dry_run else nullcontext():
        for group in groups:
            rows += _applied(importer, group, context)
            if progress:
                progress(len(rows), len(table.lines))
        if importer.finish:
            importer.finish(context)
    for event in () if dry_run else recorded:
        events.record(event)
    ignored = [h for h, name in zip(table.headers, fields, strict=True) if h and name is None]
    return Report(kind, dry_run, sorted(rows, key=lambda row: row.line), ignored)


def _parsed(importer: Importer, fields: list[str | None], line: Line) -> _Parsed:
    texts = texts_of(fields, line)
    key = " / ".join(texts[name] for name in importer.key if name in texts)
    return _Parsed(line.number, key, *read_line(importer.columns, fields, line))


def _grouped(importer: Importer, parsed: list[_Parsed]) -> list[list[_Parsed]]:
    if not importer.group_by:
        return [[one] for one in parsed]
    groups: dict[Any, list[_Parsed]] = {}
    for one in parsed:
        values = tuple(one.row[name] for name in importer.group_by)
        groups.setdefault(one.line if None in values else values, []).append(one)
    return list(groups.values())


def _applied(importer: Importer, group: list[_Parsed], context: Context) -> Iterator[ReportRow]:
    outcome, errors = Outcome.REFUSED, Errors()
    if not any(one.errors for one in group):
        what = [one.row for one in group] if importer.group_by else group[0].row
        outcome, errors = _tried(importer, what, context)
    faulty = next((one.line for one in group if one.errors), None)
    for one in group:
        mine = one.errors or errors
        if faulty is not None and not mine:
            mine = [problem_of("", "belongs together with a refused line", value=faulty)]
        yield ReportRow(one.line, outcome, one.key, mine)


def _tried(importer: Importer, what: Any, context: Context) -> tuple[Outcome, Errors]:
    try:
        with events.collected() as recorded, savepoint():
            outcome = importer.apply(what, context)
    except Conflict as error:
        return Outcome.CONFLICT, errors_of(error)
    except DomainError as error:
        return Outcome.REFUSED, errors_of(error)
    except IntegrityError:
        return Outcome.CONFLICT, [problem_of("", "clashes with what is already there")]
    for event in recorded:
        events.record(event)
    return outcome, []


@contextmanager
def _undone() -> Iterator[None]:
    nested = db.session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()


def template(kind: str, *, locale: str = "en", form: str = "csv") -> bytes:
    """Return a file to fill in: the headers and one row that shows how.

    Args:
        kind: Which importer.
        locale: ``zh`` for Chinese headers.
        form: ``csv`` or ``xlsx``; the workbook explains each column on a second sheet.
    """
    importer = get(kind)
    headers = [c.header_zh if locale == "zh" else c.header_en for c in importer.columns]
    example = [column.example for column in importer.columns]
    if form == "csv":
        return exports.to_csv(headers, [example])
    about = [
        [header, "yes" if c.required else "", c.example, c.about, c.field]
        for header, c in zip(headers, importer.columns, strict=True)
    ]
    explained = exports.Sheet("about", ["column", "required", "example", "about", "field"], about)
    return exports.to_xlsx(exports.Sheet(kind, headers, [example]), explained)
