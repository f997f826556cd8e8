"""Tables that people send: CSV and XLSX bytes in, a header row and lines of text out.

Everything is bounded before it is kept. ``read_bounded`` parses in a process of its own, with a
limit of time and memory and without the product's settings, for files that arrive by the web;
``read`` parses in this process, for files an operator names on the command line.
"""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from app.core.errors import Invalid, problem_of

MAX_LINES = 50_000
MAX_COLUMNS = 200
MAX_CELL = 4_000
MAX_UNPACKED = 256 * 2**20
MAX_SECONDS = 60
MAX_MEMORY = 2**30
EXACT_DIGITS = 15
DELIMITERS = ",\t;|"
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = ("utf-8", "gb18030", "utf-16")


class FileNotReadable(Invalid):
    """This file cannot be read as a table."""

    code = "file-not-readable"


@dataclass(frozen=True)
class Line:
    """One line below the header: its number in the file, from 1, and its cells as text."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A header row and the lines below it; empty lines are left out."""

    headers: list[str]
    lines: list[Line]


def read(content: bytes, *, encoding: str | None = None) -> Table:
    """Read a CSV or XLSX file.

    Args:
        content: The file.
        encoding: Of a CSV; found out when not given (byte-order mark, UTF-8, GB18030).

    Raises:
        FileNotReadable: it is no table or too large a one; names the line and column.
    """
    if content.startswith(b"PK\x03\x04"):
        return _table(_workbook_lines(content))
    return _table(_csv_lines(_decoded(content, encoding)))


def read_bounded(content: bytes, *, encoding: str | None = None) -> Table:
    """Read a file that somebody uploaded, in a process that may be killed.

    Raises:
        FileNotReadable: as ``read``, or reading it took too long or too much memory.
    """
    command = [sys.executable, "-m", "app.core.tabular", encoding or ""]
    root = str(Path(__file__).parents[2])
    environment = {"PYTHONPATH": root, "PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"}
    try:
        ended = subprocess.run(  # noqa: S603  our own module; the upload is its standard input
            command,
            input=content,
            capture_output=True,
            timeout=MAX_SECONDS,
            env=environment,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise _unreadable("takes too much time or memory to read") from error
    answer = json.loads(ended.stdout)
    if "errors" in answer:
        raise FileNotReadable(errors=answer["errors"])
    return Table(answer["headers"], [Line(**line) for line in answer["lines"]])


def _decoded(content: bytes, encoding: str | None) -> str:
    marked = next((name for mark, name in MARKS.items() if content.startswith(mark)), None)
    if encoding is not None and encoding.lower() not in ENCODINGS:
        raise _unreadable(f"is in an encoding we do not read; use one of {', '.join(ENCODINGS)}")
    for name in [marked or encoding] if marked or encoding else ["utf-8", "gb18030"]:
        with suppress(UnicodeDecodeError):
            return _clean(content.decode(str(name)))
    raise _unreadable("is neither UTF-8 nor GB18030 text; save it as CSV UTF-8 or as XLSX")


def _clean(text: str) -> str:
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _unreadable("holds a character that no text has", line=line)
    return text


def _csv_lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begun = 1
    try:
        for cells in reader:
            yield Line(begun, [_unquoted(cell.strip()) for cell in cells])
            begun = reader.line_num + 1
    except csv.Error as error:
        raise _unreadable(f"is broken here ({error})", line=begun) from error


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _unquoted(cell: str) -> str:
    """Take off the apostrophe with which our own exports disarm formulas."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _workbook_lines(content: bytes) -> Iterator[Line]:
    import openpyxl  # noqa: PLC0415  large, and most files are CSV

    _refuse_bomb(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(
            max_row=MAX_LINES + 2, max_col=MAX_COLUMNS + 1, values_only=True
        )
        for number, values in enumerate(rows, start=1):
            yield Line(number, [_text(value, number, i) for i, value in enumerate(values)])
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError, BadZipFile) as error:
        raise _unreadable("is not a readable XLSX workbook") from error


def _refuse_bomb(content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except BadZipFile as error:
        raise _unreadable("is not a readable XLSX workbook") from error
    if unpacked > MAX_UNPACKED:
        raise _unreadable("unpacks to more than we read")


def _text(value: Any, line: int, index: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, line, index)
    if isinstance(value, datetime | date | time):
        return _when(value)
    return _unquoted(str(value).strip())


def _when(value: date | time) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, datetime) and value.time() != time():
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}"


def _number(value: float, line: int, index: int) -> str:
    if value != int(value):
        return repr(value)
    if abs(value) >= 10**EXACT_DIGITS:
        raise _unreadable(
            "holds a number that the spreadsheet has rounded; format this column as text",
            line=line,
            column=index + 1,
        )
    return str(int(value))


def _table(lines: Iterable[Line]) -> Table:
    filled = (_bounded(line) for line in lines if any(line.cells))
    first = next(filled, None)
    if first is None:
        raise _unreadable("is empty")
    headers = _headers(first)
    kept: list[Line] = []
    for line in filled:
        if len(kept) == MAX_LINES:
            raise _unreadable(f"has more than {MAX_LINES} lines; send it in parts")
        kept.append(line)
    return Table(headers, kept)


def _headers(line: Line) -> list[str]:
    headers = list(line.cells)
    while headers and not headers[-1]:
        headers.pop()
    for index, header in enumerate(headers):
        if header and header in headers[:index]:
            raise _unreadable(
                f"names the column {header!r} twice", line=line.number, column=index + 1
            )
    return headers


def _bounded(line: Line) -> Line:
    cells = list(line.cells)
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise _unreadable(f"has more than {MAX_COLUMNS} columns", line=line.number)
    for index, cell in enumerate(cells):
        if len(cell) > MAX_CELL:
            raise _unreadable("holds too long a text", line=line.number, column=index + 1)
    return Line(line.number, cells)


def _unreadable(message: str, *, line: int | None = None, column: int | None = None) -> Invalid:
    problem = problem_of("file", message) | {"line": line, "column": column}
    return FileNotReadable(errors=[problem])


def _limit_process() -> None:
    import resource  # noqa: PLC0415  only the parsing process needs it

    for what, most in ((resource.RLIMIT_AS, MAX_MEMORY), (resource.RLIMIT_CPU, MAX_SECONDS)):
        with suppress(ValueError, OSError):  # some systems know no such limit
            resource.setrlimit(what, (most, most))


def _main() -> None:
    """Parse standard input; write the table, or what is wrong with it, as JSON."""
    _limit_process()
    answer: dict[str, Any]
    try:
        answer = asdict(read(sys.stdin.buffer.read(), encoding=sys.argv[1] or None))
    except FileNotReadable as error:
        answer = {"errors": error.details["errors"]}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
