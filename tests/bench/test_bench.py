"""The pieces of `make bench` run and count rightly. How fast anything is, no test says."""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from audit.models import AuditEvent
from bench.figures import Run, middle_of, percentile, ratio_of, run_of
from bench.history import add_a_year
from bench.load import Load
from bench.readers import prepare, trace
from bench.statements import in_short
from bench.table import printed
from bookings.models import BookedHour, Booking, IdempotentRequest
from facilities.models import CareSession
from regulations import services as regulations
from tests.embedded.conftest import outside_environment
from tests.facilities.factories import make_session
from tests.families.factories import NOW, make_ready_child, make_user

ROOT = Path(__file__).resolve().parents[2]


class Answering(BaseHTTPRequestHandler):
    """Answers 201 to every other request and 409 to the rest."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self):
        type(self).asked += 1
        body = b"x" * 100_000
        self.send_response(201 if type(self).asked % 2 else 409)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


@pytest.fixture
def server():
    Answering.asked = 0
    found = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield found.server_address
    found.shutdown()
    found.server_close()
    thread.join()


def load(address, *, requests, clients=1, seconds=20, again=False):
    host, port = address
    plan = {
        "host": host,
        "port": port,
        "clients": clients,
        "seconds": seconds,
        "requests": requests,
        "again": again,
    }
    return Load(plan).run()


GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_every_answer_is_counted_by_its_status_once(server):
    answers = load(server, requests=[GET] * 10)
    assert answers.statuses == {"201": 5, "409": 5}
    assert len(answers.latencies_ms) == answers.asked == Answering.asked == 10
    assert answers.ran_out


def test_clients_ask_again_until_the_time_is_over(server):
    answers = load(server, requests=[GET], clients=3, seconds=0.3, again=True)
    assert answers.asked > 3
    assert sum(answers.statuses.values()) == answers.asked
    assert answers.elapsed == pytest.approx(0.3)
    assert not answers.ran_out


def test_a_server_that_is_not_there_is_a_fault_and_no_answer(server):
    host, _ = server
    answers = load((host, 1), requests=[GET] * 2)
    assert sum(answers.faults.values()) == 2
    assert not answers.statuses


def test_only_this_machine_is_asked():
    with pytest.raises(SystemExit):
        load(("example.org", 80), requests=[GET])


def test_percentiles_are_values_that_were_measured():
    run = run_of([float(number) for number in range(100, 0, -1)], elapsed=2.0)
    assert (run.p50_ms, run.p95_ms, run.p99_ms, run.per_second) == (50.0, 95.0, 99.0, 50.0)
    assert percentile([], 99) == 0.0


def test_a_share_is_taken_within_each_round():
    ours = [run_of([1.0] * n, 1.0) for n in (10, 40, 10)]
    theirs = [run_of([1.0] * n, 1.0) for n in (20, 80, 100)]
    assert ratio_of(ours, theirs) == 0.5


def test_what_went_wrong_is_told_beside_the_figures():
    run = Run(10, 1, 2, 3, {"201": 9, "500": 1}, {"hung up": 2})
    cells = {
        "hot 8": {"systems": {"portal": middle_of([run, run])}, "ratios": {}, "cpu_ratios": {}}
    }
    machine = {"cores": 2, "postgresql": "18", "python": "3.11", "load_at_the_start": 3.0}
    told = {"at": "now", "machine": machine, "rounds": 2, "seconds": 1, "bookings": cells}
    text = printed({**told, "statements_of_a_booking": ["SELECT 1"]})
    assert "2 × 500" in text
    assert "4 × hung up" in text
    assert "Others were at work" in text


def test_a_statement_is_told_by_the_table_it_reads():
    facts = "SELECT a, (SELECT max(b) FROM inner_one) FROM outer_one WHERE x = 1"
    assert in_short(facts) == "SELECT … FROM outer_one WHERE x = 1"
    assert in_short("SELECT 1") == "SELECT …"


@pytest.fixture
def law(db):
    regulations.load(now=NOW)


@pytest.fixture
def settled_booking(law):
    """A child that was in care a week ago."""
    parent = make_user()
    child = make_ready_child(parent)
    session = make_session(now=NOW, starts_at=NOW - timedelta(days=7), places_taken=1)
    request = IdempotentRequest.objects.create(
        principal=parent, key="k", body_sha256="0" * 64, created_at=session.opens_at
    )
    booking = Booking.objects.create(
        child=child,
        facility=session.facility,
        request=request,
        placed_by=parent,
        placed_at=session.opens_at,
        state="completed",
        pass_code="ABCDEFGHJK",
        first_starts_at=session.starts_at,
    )
    BookedHour.objects.create(
        booking=booking,
        child=child,
        care_session=session,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        state="settled",
    )
    AuditEvent.objects.create(at=session.opens_at, kind="bookings.booking.placed", subject="b")
    return booking


@pytest.mark.django_db(transaction=True)
def test_a_year_more_of_history_is_behind_a_copied_city(settled_booking):
    events = AuditEvent.objects.count()
    raw = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    try:
        added = add_a_year(raw)
    finally:
        raw.close()
    first = BookedHour.objects.order_by("starts_at", "pk")[0]
    assert NOW - first.starts_at > timedelta(weeks=52)
    assert added["bookings_booking"] == Booking.objects.count() - 1 >= 1
    assert added["facilities_caresession"] == CareSession.objects.count() - 1
    assert first.booking.first_starts_at == first.starts_at == first.care_session.starts_at
    assert AuditEvent.objects.count() - events == added["audit_auditevent"] >= 1


@pytest.mark.django_db
def test_readers_ask_for_every_page_with_somebody_who_may(settled_booking):
    pages = prepare(NOW)
    told = trace(pages)
    assert set(told) == set(pages)
    assert all(page["queries"] > 0 and page["blocks"] > 0 for page in told.values())


@pytest.mark.services
@pytest.mark.xdist_group("embedded")
def test_bookings_are_measured_beside_the_database_and_none_is_lost(tmp_path):
    asked = ["--only", "bookings", "--seconds", "1", "--rounds", "1", "--clients", "4"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *asked, "--folder", str(tmp_path / "bench")],
        cwd=ROOT,
        env=outside_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr
    [kept] = (tmp_path / "bench").glob("*.json")
    told = json.loads(kept.read_text())
    cells = told["bookings"]
    for name in ("hot 4", "spread 4"):
        systems = cells[name]["systems"]
        assert set(systems) == {"pgbench", "bare view, SQL", "bare view, ORM", "portal"}
        assert set(systems["portal"]["answers"]) == {"201"}
        assert all(figures["faults"] == {} for figures in systems.values())
        assert cells[name]["ratios"]["bare view, SQL"] > 0
    assert set(cells["first of the year 4"]["systems"]["portal"]["answers"]) == {"201"}
    assert set(cells["sold out 4"]["systems"]["portal"]["answers"]) == {"409"}
    assert any("COMMIT" in statement for statement in told["statements_of_a_booking"])
    assert "our share" in done.stdout
    assert not (tmp_path / "bench" / "data").exists()
