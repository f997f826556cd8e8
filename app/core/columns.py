"""The columns of an import file: how they are headed and how their cells are read."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.core import cells
from app.core.errors import DomainError, Invalid, problem_of
from app.core.tabular import Line

Row = dict[str, Any]
Errors = list[dict[str, Any]]


class ColumnsNotMatched(Invalid):
    """The file's columns do not fit this kind of import."""

    code = "columns-not-matched"


@dataclass(frozen=True)
class Column:
    """One column: what it fills, how it is headed and how its cells are read.

    Attributes:
        parse: From a cell that is not empty to a value; ``ValueError`` says what is wrong.
        about: A sentence for whoever fills the template in.
        aliases: Other headers seen in the wild.
    """

    field: str
    header_en: str
    header_zh: str
    required: bool = False
    parse: Callable[[str], Any] = cells.text
    example: str = ""
    about: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.field, self.header_en, self.header_zh, *self.aliases)

    @property
    def hint(self) -> str:
        example = f"e.g. {self.example}" if self.example else ""
        return "; ".join(part for part in (self.about, example) if part)


def match_headers(
    columns: Sequence[Column], headers: list[str], mapping: dict[str, str]
) -> list[str | None]:
    """Say which field each header fills; ``None``: it fills nothing.

    Args:
        columns: What the kind of file may hold.
        headers: The file's own.
        mapping: The source's header to our field; comes before our own headers.

    Raises:
        ColumnsNotMatched: a required column is missing, two headers mean the same field, or the
            mapping names a field there is not.
    """
    known = {_plain(header): column.field for column in columns for header in column.headers}
    chosen = {_plain(theirs): ours for theirs, ours in mapping.items()}
    fields = [chosen.get(_plain(header)) or known.get(_plain(header)) for header in headers]
    errors = _mapping_errors(columns, mapping) + [
        error for column in columns for error in _column_errors(column, headers, fields)
    ]
    if errors:
        raise ColumnsNotMatched(errors=errors)
    return fields


def _mapping_errors(columns: Sequence[Column], mapping: dict[str, str]) -> Errors:
    names = {column.field for column in columns}
    remedy = ", ".join(sorted(names))
    return [
        problem_of(ours, "is no field of this import", value=theirs, remedy=remedy)
        for theirs, ours in mapping.items()
        if ours not in names
    ]


def _column_errors(column: Column, headers: list[str], fields: list[str | None]) -> Errors:
    found = [h for h, name in zip(headers, fields, strict=True) if name == column.field]
    if len(found) > 1:
        return [problem_of(column.field, "is given by two columns", value=found)]
    if column.required and not found:
        remedy = f"add a column {column.header_en} ({column.header_zh}), or map one to it"
        return [problem_of(column.field, "has no column", value=headers, remedy=remedy)]
    return []


def _plain(header: str) -> str:
    """Reduce a header to what matters: no case, spaces, stars or remarks in brackets."""
    narrow = unicodedata.normalize("NFKC", header).lower()
    return re.sub(r"\(.*?\)|[\s_*:\-]", "", narrow)


def texts_of(fields: list[str | None], line: Line) -> dict[str, str]:
    """Return the cells of a line that fill a field and are not empty."""
    return {name: cell for name, cell in zip(fields, line.cells, strict=False) if name and cell}


def read_line(
    columns: Sequence[Column], fields: list[str | None], line: Line
) -> tuple[Row, Errors]:
    """Read a line's cells: every field's value, ``None`` where empty, and what is wrong."""
    texts = texts_of(fields, line)
    errors: Errors = []
    row = {column.field: _value(column, texts.get(column.field), errors) for column in columns}
    if len(line.cells) > len(fields):
        more = line.cells[len(fields) :]
        remedy = "put quotes around a text that has a comma in it"
        message = "has more cells than the header"
        errors.append(problem_of("", message, value=more, remedy=remedy))
    return row, errors


def _value(column: Column, text: str | None, errors: Errors) -> Any:
    if text is None:
        if column.required:
            errors.append(problem_of(column.field, "is missing", remedy=column.hint))
        return None
    try:
        return column.parse(text)
    except ValueError as error:
        errors.append(problem_of(column.field, str(error), value=text, remedy=column.hint))
    except Invalid as error:
        errors.extend(errors_of(error, column.field))
    return None


def errors_of(error: DomainError, field: str = "") -> Errors:
    """Return what a refusal says, as entries of a report."""
    given = error.details.get("errors")
    if given:
        return [problem | {"field": problem["field"] or field} for problem in given]
    value = error.details.get("value", next(iter(error.details.values()), None))
    named = str(error.details.get("field", field))
    remedy = str(error.details.get("remedy", ""))
    return [problem_of(named, error.title(), value=value, remedy=remedy)]
