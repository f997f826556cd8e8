"""Reading tables that people send."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from app.core import tabular
from app.core.tabular import FileNotReadable, Line

CHINESE = "订单号,姓名\nA-1,王师傅\n"


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refusal(content, **options):
    with pytest.raises(FileNotReadable) as error:
        tabular.read(content, **options)
    return error.value.details["errors"][0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_text_is_read_whatever_the_file_was_saved_as(encoding):
    table = tabular.read(CHINESE.encode(encoding))

    assert table.headers == ["订单号", "姓名"]
    assert table.lines == [Line(2, ["A-1", "王师傅"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter):
    table = tabular.read(f"code{delimiter}name\nA{delimiter}Ada".encode())

    assert table.lines == [Line(2, ["A", "Ada"])]


def test_lines_keep_their_numbers_when_a_cell_runs_over_several():
    table = tabular.read(b'code,notes\nA,"two\nlines"\n\nB,one\n')

    assert [(line.number, line.cells[0]) for line in table.lines] == [(2, "A"), (5, "B")]


def test_a_workbook_reads_like_the_text_it_shows():
    content = workbook(
        ["code", "phone", "date", "from", "at", "share", "lift"],
        [
            "A",
            13800138000,
            date(2026, 11, 3),
            time(9),
            datetime.fromisoformat("2026-11-03 14:30"),
            0.5,
            True,
        ],
    )

    [line] = tabular.read(content).lines

    assert line.cells == [
        "A", "13800138000", "2026-11-03", "09:00", "2026-11-03 14:30", "0.5", "yes"
    ]  # fmt: skip


def test_a_formula_is_read_as_the_value_last_computed_never_run():
    content = workbook(["code", "sum"], ["A", "=1+1"])

    assert tabular.read(content).lines == [Line(2, ["A"])]


def test_an_order_number_that_a_spreadsheet_rounded_is_refused_where_it_stands():
    problem = refusal(workbook(["code"], ["A"], [202611030000123456]))

    assert (problem["line"], problem["column"]) == (3, 1)
    assert "rounded" in problem["message"]


def test_what_our_exports_disarmed_reads_as_it_was():
    assert tabular.read(b"phone\n'+8613800138000\n").lines == [Line(2, ["+8613800138000"])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"\n \n", "empty", id="blank lines"),
        pytest.param(b"a,b\n\x00\x01", "no text has", id="binary"),
        pytest.param(b"\xff\xff\xff\xff", "neither UTF-8 nor GB18030", id="no known encoding"),
        pytest.param(b"PK\x03\x04rubbish", "XLSX", id="no workbook"),
        pytest.param(b'a,b\n"open', "broken", id="quote left open"),
        pytest.param(b"a,a\n1,2", "twice", id="two columns of a name"),
        pytest.param(b"a\n" + b"x" * 5000, "too long", id="a cell without end"),
        pytest.param(b"a\n" + b"," * 300 + b"x", "columns", id="columns without end"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content, words):
    assert words in refusal(content)["message"]


def test_too_many_lines_are_refused(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_LINES", 2)

    assert "more than 2 lines" in refusal(b"a\n1\n2\n3\n")["message"]


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_UNPACKED", 1000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "0" * 100_000)

    assert "unpacks" in refusal(stream.getvalue())["message"]


def test_an_upload_is_read_in_a_process_of_its_own():
    table = tabular.read_bounded(CHINESE.encode("gb18030"))

    assert table.lines == [Line(2, ["A-1", "王师傅"])]


def test_what_the_process_refuses_reaches_the_sender():
    with pytest.raises(FileNotReadable) as error:
        tabular.read_bounded(b"a,b\n\x00")

    assert error.value.details["errors"][0]["line"] == 2


def test_an_upload_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(tabular, "MAX_SECONDS", 0.001)

    with pytest.raises(FileNotReadable) as error:
        tabular.read_bounded(CHINESE.encode())

    assert "too much time" in error.value.details["errors"][0]["message"]
