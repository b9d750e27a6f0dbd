"""Programs bring files in: the contract, and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from facilities.models import TimetableEntry
from imports import tasks
from imports.models import ImportJob
from tests.api.world import is_problem, nothing_changes, rows_by_table, token_of
from tests.facilities.test_timetable_import import HEADER, line
from tests.families.factories import make_grant, make_user
from tests.imports.sheets import workbook

pytestmark = pytest.mark.usefixtures("today_it_is_november")

GOOD = workbook(HEADER, line())
URL = "/api/v1/imports/"


class Program:
    def __init__(self, user=None):
        self.headers = {"Authorization": f"Token {token_of(user)}"} if user else {}
        self.client = Client(raise_request_exception=False)

    def sends(self, content=GOOD, **fields):
        body = {"kind": "timetables", "file": SimpleUploadedFile("表.xlsx", content), **fields}
        return self.client.post(URL, body, headers=self.headers)

    def asks(self, job):
        return self.client.get(f"{URL}{job}/", headers=self.headers)

    def commits(self, job):
        return self.client.post(f"{URL}{job}/commit/", headers=self.headers)


@pytest.fixture
def program(house, operator_user):
    return Program(operator_user)


def the_worker_works():
    while tasks.pick_up():
        pass


def test_a_file_is_taken_looked_at_and_written_only_when_told(program):
    answer = program.sends(commit="false")
    assert answer.status_code == 202
    job = answer.json()["id"]
    assert program.asks(job).json()["state"] == "waiting"

    the_worker_works()
    looked = program.asks(job).json()
    assert looked["state"] == "previewed"
    assert (looked["rows"], looked["created"], looked["errors"]) == (1, 1, [])
    assert not TimetableEntry.objects.exists()

    assert program.commits(job).status_code == 202
    the_worker_works()
    assert program.asks(job).json()["state"] == "committed"
    assert TimetableEntry.objects.count() == 1


def test_with_commit_it_is_written_at_once_and_only_once(program):
    first = program.sends(commit="true").json()["id"]
    second = program.sends(commit="true").json()["id"]
    the_worker_works()

    answers = [program.asks(job).json() for job in (first, second)]

    assert [one["state"] for one in answers] == ["committed", "committed"]
    assert [(one["created"], one["unchanged"]) for one in answers] == [(1, 0), (0, 1)]


def test_a_fault_names_row_column_and_value(program):
    job = program.sends(workbook(HEADER, line(星期="每天")), commit="true").json()["id"]
    the_worker_works()

    answer = program.asks(job).json()

    assert answer["state"] == "failed"
    assert answer["error_count"] == 1
    assert answer["errors"] == [
        {"row": 2, "column": "星期", "value": "每天",
         "message": "第 2 行“星期”：请写成“周一”到“周日”。"}
    ]  # fmt: skip
    assert not TimetableEntry.objects.exists()


def test_looking_writes_nothing_but_the_job_itself(program):
    job = program.sends(commit="false").json()["id"]
    before = rows_by_table()

    the_worker_works()

    assert program.asks(job).json()["created"] == 1
    assert rows_by_table() == before


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "lunches"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"commit": "perhaps"}, "commit"),
        ({"wish": "more"}, "wish"),
        ({"file": SimpleUploadedFile("a.xlsx", b"")}, "file"),
        ({"file": SimpleUploadedFile("a.xlsx", b"x" * (2 * 1024 * 1024 + 1))}, "file"),
        ({"file": "no file"}, "file"),
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused_by_name(program, fields, named):
    answer = nothing_changes(lambda: program.sends(**fields))

    assert named in is_problem(answer, 400)["errors"]


def test_only_operators_and_persons_in_charge_bring_files_in(program, in_charge_user):
    assert Program().sends().status_code == 401
    assert Program(make_user("家长")).sends().status_code == 404
    caregiver = make_user("保育员")
    grant = in_charge_user.grants.get()
    make_grant(caregiver, "caregiver", grant.scope_kind, grant.scope)
    assert Program(caregiver).sends().status_code == 404
    assert not ImportJob.objects.exists()

    assert Program(in_charge_user).sends().status_code == 202


def test_anothers_job_answers_as_one_that_is_not_there(
    program, other_operator_user, in_charge_user
):
    job = program.sends().json()["id"]

    for stranger in (Program(other_operator_user), Program(in_charge_user)):
        for ask in (stranger.asks, stranger.commits):
            theirs, nothing = ask(job), ask("00000000-0000-4000-8000-000000000000")
            assert theirs.status_code == nothing.status_code == 404
            assert theirs.content == nothing.content


def test_a_foreign_house_is_not_there(program, foreign_house):
    answer = nothing_changes(lambda: program.sends(facility=str(foreign_house.public_id)))

    is_problem(answer, 404)


def test_who_runs_two_houses_says_which(program, in_charge_user, second_house, house):
    make_grant(in_charge_user, "person_in_charge", "facility", str(second_house.public_id))
    person = Program(in_charge_user)

    refused = nothing_changes(person.sends)
    assert "facility" in is_problem(refused, 400)["errors"]

    assert person.sends(facility=str(house.public_id)).status_code == 202
    assert ImportJob.objects.get().facility == str(house.public_id)


def test_the_operator_sees_the_job_of_a_house_in_the_street(program, in_charge_user):
    job = Program(in_charge_user).sends().json()["id"]

    assert program.asks(job).status_code == 200
