"""The files themselves: encodings, formats, torn ones, too large ones."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from regulars.rules.fileimports import keeping, sheets
from regulars.rules.fileimports.errors import FileEmpty, FileTooLarge, FileUnreadable
from regulars.rules.fileimports.keeping import chunk_read, file_kept

TEXT = "姓名,手机号,积分\n梅小雨,13800138000,12\n王波,13912345678,7\n"
ROWS = [("梅小雨", "13800138000", "12"), ("王波", "13912345678", "7")]


def kept(data, name="members.csv"):
    return file_kept(io.BytesIO(data), name)


def rows_of(found):
    return [
        row
        for number in range(len(found.offsets))
        for row in chunk_read(found.digest, found.offsets, number)
    ]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.replace(",", "\t").encode("gb18030"),
        TEXT.replace("\n", "\r\n").replace(",", ";").encode(),
        ("会员列表\n\n" + TEXT + "\n合计,,19\n").encode(),
        b'{"\xe5\xa7\x93\xe5\x90\x8d":"\xe6\xa2\x85\xe5\xb0\x8f\xe9\x9b\xa8",'
        + '"手机号":13800138000,"积分":12}\n'.encode()
        + '{"姓名":"王波","手机号":"13912345678","积分":7}'.encode(),
        workbook(
            ["姓名", "手机号", "积分"], ["梅小雨", 13800138000, 12.0], ["王波", "13912345678", 7]
        ),
    ],
    ids=["utf8", "bom", "gb18030", "tabs", "semicolons", "title and totals", "jsonl", "xlsx"],
)
def test_the_same_rows_come_out_of_every_format(folder, data):
    found = kept(data)
    assert found.headings == ["姓名", "手机号", "积分"]
    assert [row.cells for row in rows_of(found)] == ROWS
    assert keeping.kept_path(found.digest).stat().st_mode & 0o777 == 0o600


def test_the_row_of_totals_is_no_row(folder):
    assert kept((TEXT + "合计,,19\n").encode()).totals == ["合计", "", "19"]


def test_a_workbook_keeps_days_cents_and_long_numbers_honest(folder):
    head = ["卡号", "余额", "日期"]
    half_past = datetime.fromisoformat("2025-03-01T09:30")
    cut = [6222020200112233445, 0.1 + 0.2, half_past]
    found = kept(workbook(head, ["6222020200112233445", 0.1 + 0.2, date(2025, 3, 1)], cut))
    first, second = rows_of(found)
    assert first.cells == ("6222020200112233445", "0.3", "2025-03-01")
    assert (second.problem, second.cells[2]) == ("number_cut", "2025-03-01 09:30:00")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"a": 1', "row_unreadable"),
        ("[1, 2]", "row_unreadable"),
        ('{"a": {"b": 1}}', "row_unreadable"),
        ("[" * 100_000, "row_unreadable"),
        ('{"c": 1}', ""),
    ],
)
def test_a_torn_line_is_a_rejected_row_not_the_end(folder, line, problem):
    found = kept(f'{{"a": 1, "b": 2}}\n{line}\n{{"a": 3}}\n'.encode(), "x.jsonl")
    rows = rows_of(found)
    assert [row.problem for row in rows] == ["", problem, ""]
    assert rows[2].cells[:2] == ("3", "")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        ("姓名,手机号\n".encode(), FileEmpty),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, FileUnreadable),
        (b"PK\x03\x04 torn", FileUnreadable),
        (workbook(["a", "b"], [1, 2])[:3000], FileUnreadable),
        (b"a,b\n" + b"\xff\xff\x00\n" * 3, None),
    ],
)
def test_what_is_no_table_is_refused(folder, data, error):
    if error is None:
        assert {row.problem for row in rows_of(kept(data))} == {"row_unreadable"}
        return
    with pytest.raises(error):
        kept(data)
    assert not list(keeping.kept_path("x").parent.glob("tmp*"))


def test_large_files_and_packed_bombs_are_refused(folder, monkeypatch):
    monkeypatch.setattr(keeping, "FILE_BYTES_MAX", 100)
    with pytest.raises(FileTooLarge):
        kept(TEXT.encode() * 3)
    monkeypatch.undo()
    monkeypatch.setattr(sheets, "UNPACKED_BYTES_MAX", 10_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1_000_000)
    with pytest.raises(FileTooLarge):
        kept(bomb.getvalue())


def packed(**parts):
    """A small workbook in which some parts are others: by name, the text that makes them."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(["a", "b"], [1, 2]))) as given,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for each in given.namelist():
            changed = parts.pop(each.rpartition("/")[2].partition(".")[0], None)
            archive.writestr(each, changed(given.read(each)) if changed else given.read(each))
    return file.getvalue()


def in_row(number):
    return packed(sheet1=lambda text: text.replace(b'<row r="2"', b'<row r="%d"' % number))


def test_a_row_that_no_sheet_can_have_is_refused(folder, monkeypatch):
    """Its number alone would make the reader walk through all the rows before it, for hours."""
    assert sheets.SHEET_ROWS_MAX == 1_048_576
    monkeypatch.setattr(sheets, "SHEET_ROWS_MAX", 5_000)
    assert [(row.row, row.cells) for row in rows_of(kept(in_row(5_000)))] == [(5_000, ("1", "2"))]
    for number in (5_001, 10**15):
        with pytest.raises(FileTooLarge, match="5,000 rows"):
            kept(in_row(number))


def test_what_a_reader_holds_whole_may_be_less_than_what_it_walks_through(folder, monkeypatch):
    monkeypatch.setattr(sheets, "HELD_BYTES_MAX", 100_000)
    long_sheet = packed(sheet1=lambda text: text + b" " * 200_000)
    assert [row.cells for row in rows_of(kept(long_sheet))] == [("1", "2")]
    with pytest.raises(FileTooLarge):
        kept(packed(styles=lambda text: text + b" " * 200_000))


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
def test_a_line_without_end_is_refused_before_it_is_held(folder, monkeypatch, name):
    monkeypatch.setattr(sheets, "LINE_MAX", 50)
    head = '{"a": 1, "b": 2}\n' if name == "x.jsonl" else "a,b\n"
    fits = head.encode() + b"x" * 49 + b"\n"
    assert [row.row for row in rows_of(kept(fits, name))][-1] == 2
    for data in (head.encode() + b"x" * 51, b"x," * 40):
        with pytest.raises(FileUnreadable, match="50"):
            kept(data, name)
