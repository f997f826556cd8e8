"""The one writer of tables that leave the product: CSV and XLSX, safe to open anywhere.

A cell that a spreadsheet might take for a formula is disarmed with an apostrophe (OWASP, CSV
injection); our own reader takes it off again.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

ARMED = ("=", "+", "-", "@", "\t", "\r")
Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook."""

    title: str
    headers: Sequence[str]
    rows: Rows


def disarmed(value: Any) -> Any:
    """Return the cell so that no spreadsheet runs it; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(ARMED):
        return f"'{value}"
    return value


def to_csv(headers: Sequence[str], rows: Rows) -> bytes:
    """Write UTF-8 with a byte-order mark, so that spreadsheets read Chinese right."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([disarmed(header) for header in headers])
    writer.writerows([disarmed(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(*sheets: Sheet) -> bytes:
    """Write a workbook; every text stays text."""
    import openpyxl  # noqa: PLC0415  large, and few processes write workbooks

    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        page.append([disarmed(header) for header in sheet.headers])
        for row in sheet.rows:
            page.append([disarmed(value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
