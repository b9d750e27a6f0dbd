"""Files that would hurt a reader end in a sentence; no worker dies, and nothing is written."""

import json
import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from imports import messages
from imports.reading.faults import FileFault, Rejected
from imports.reading.reader import read_sheet
from imports.types import CellKind
from tests.imports.hostile import CRAFTED, SHEET, mutated, sheet_of, with_parts
from tests.imports.sheets import carried_out, sentences, workbook

NAMES = list(CRAFTED)


@pytest.mark.parametrize("number", range(len(NAMES)), ids=lambda n: NAMES[n])
def test_a_crafted_file_ends_in_its_own_sentence(number):
    make, expected = CRAFTED[NAMES[number]]

    with pytest.raises(Rejected) as rejected:
        read_sheet(make())

    assert rejected.value.fault in expected
    assert messages.FILE_FAULTS[rejected.value.fault].endswith("。")


def test_every_fault_of_a_file_has_a_sentence_and_a_crafted_file():
    assert set(messages.FILE_FAULTS) == set(FileFault)
    provoked = set().union(*(expected for _, expected in CRAFTED.values()))
    assert provoked == set(FileFault)


_FORK_FOR_EACH = """
import json, os, struct, sys
from imports.reading import child
import openpyxl
while head := sys.stdin.buffer.read(4):
    content = sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    read, write = os.pipe()
    if not (pid := os.fork()):
        child.limit_myself()
        last = {}
        try:
            for last in child.read(content):
                pass
            said = "read"
        except child.Rejected as rejected:
            said = rejected.fault.value
        except Exception:
            said = "broken"
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    status = os.waitpid(pid, 0)[1]
    print(json.dumps([status, os.read(read, 100).decode()]))
    os.close(read)
"""
MUTATED = 400


def test_mutated_files_are_read_or_refused_and_kill_nobody():
    files = [mutated(seed) for seed in range(MUTATED)]
    sent = b"".join(len(one).to_bytes(4, "big") + one for one in files)

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORK_FOR_EACH],
        input=sent,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        timeout=240,
        check=True,
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == MUTATED
    assert {status for status, _ in answers} == {0}
    said = {one for _, one in answers}
    assert said <= {"read", *FileFault}
    assert {"read", "broken"} <= said  # some are harmless, some are not


def test_whoever_reads_in_this_process_would_wait_for_a_million_rows():
    """The control: openpyxl's ordinary mode does not get through the sparse sheet."""
    script = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).active.max_row; \
list(openpyxl.load_workbook(sys.argv[1]).active.iter_rows())"
    path = settings.MEDIA_ROOT.parent / f"sparse-{os.getpid()}.xlsx"
    path.write_bytes(CRAFTED["one cell in the last corner"][0]())
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run([sys.executable, "-c", script, str(path)], timeout=3, check=False)
    finally:
        path.unlink()


def test_memory_and_time_end_the_reading_not_the_worker(monkeypatch):
    script = "from imports.reading import child; child.limit_myself(); x = bytearray(10**9)"
    monkeypatch.setattr("imports.reading.reader._CHILD", [sys.executable, "-c", script])

    with pytest.raises(Rejected) as rejected:
        read_sheet(b"PK\x03\x04")

    assert rejected.value.fault is FileFault.TOO_MUCH_WORK


def test_a_reader_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(
        "imports.reading.reader._CHILD", [sys.executable, "-c", "input()\nwhile 1: 0"]
    )
    monkeypatch.setattr("imports.reading.reader._PATIENCE", 1)

    with pytest.raises(Rejected) as rejected:
        read_sheet(b"PK\x03\x04\n")

    assert rejected.value.fault is FileFault.TOO_MUCH_WORK


def test_no_file_makes_us_call_anybody():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd"
        document = f'<!DOCTYPE x SYSTEM "{url}">'
        with pytest.raises(Rejected):
            read_sheet(with_parts({SHEET: sheet_of("", document)}))
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_formula_is_told_apart_from_text_that_looks_like_one():
    formula = '<c r="A1" t="str"><f>1+1</f><v>2</v></c>'
    words = '<c r="B1" t="inlineStr"><is><t>=1+1</t></is></c>'
    rows = f'<row r="1">{formula}{words}</row>'
    [row] = read_sheet(with_parts({SHEET: sheet_of(rows)})).rows

    assert [(cell.kind, cell.text) for cell in row.cells] == [
        (CellKind.FORMULA, "=1+1"),
        (CellKind.TEXT, "=1+1"),
    ]


def test_a_stray_cell_far_below_is_a_row_with_its_number():
    rows = '<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>'
    sheet = read_sheet(with_parts({SHEET: sheet_of(rows)}))

    assert [row.number for row in sheet.rows] == [1, 1048576]


def test_a_part_whose_name_climbs_out_is_never_unpacked(tmp_path):
    content = with_parts({"../../../../tmp/climbed.xml": b"<a/>"})

    assert len(read_sheet(content).rows) == 2
    assert not os.path.exists("/tmp/climbed.xml")  # noqa: PTH110, S108


@pytest.mark.parametrize("name", ["macros", "half a file", "a billion laughs", "csv in GBK"])
@pytest.mark.django_db
def test_the_job_ends_in_the_sentence_and_writes_nothing(name, house, operator, now):
    make, expected = CRAFTED[name]

    done = carried_out(make(), actor=operator, now=now, commit=True)

    assert done.job.state == "failed"
    [fault] = expected
    assert sentences(done) == [messages.FILE_FAULTS[fault]]


@pytest.mark.django_db
def test_a_formula_in_a_column_we_read_is_asked_about_in_another_ignored(house, operator, now):
    content = workbook(
        ["宝宝屋", "班级", "星期", "开始时间", "结束时间", "方式", "计划人数", "起始日期", "合计"],
        [house.name, "托小班", "周一", "9:00", "11:00", "单独托", "=1+1", "2026-12-01", "=SUM(A1)"],
    )

    done = carried_out(content, actor=operator, now=now)

    assert sentences(done) == [f"第 2 行“计划人数”：{messages.A_FORMULA}"]
