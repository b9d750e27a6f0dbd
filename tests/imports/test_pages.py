"""Who comes to which page of imports, and what they see there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.types import Role, ScopeKind
from facilities.models import TimetableEntry
from imports import services
from imports.models import ImportJob
from imports.urls import urlpatterns
from tests.facilities.test_timetable_import import HEADER, line
from tests.families.factories import make_grant, make_user
from tests.imports.sheets import hand_in, values_of, workbook

pytestmark = pytest.mark.usefixtures("today_it_is_november")

DONE = SIGN_IN = 302
EVERYBODY = ("operator", "in_charge", "other_operator", "officer", "parent")
GETS = {
    "index": (200, 200, 200, 404, 404),
    "upload": (200, 200, 200, 404, 404),
    "template": (200, 200, 200, 404, 404),
    "export": (200, 200, 200, 404, 404),
    "job": (200, 404, 404, 404, 404),
}
POSTS = {
    "upload": (DONE, DONE, DONE, 404, 404),
    "commit": (DONE, 404, 404, 404, 404),
}
GOOD = workbook(HEADER, line(), line(星期="周二"))
FAULTY = workbook(HEADER, line(), line(星期="周二", 方式="全日托"), line(宝宝屋="没有的“宝宝屋”"))


@pytest.fixture
def people(operator_user, in_charge_user, other_operator_user):
    officer = make_user("检查员")
    make_grant(officer, Role.INSPECTOR, ScopeKind.DISTRICT, "310116")
    users = (operator_user, in_charge_user, other_operator_user, officer, make_user("家长"))
    return dict(zip(EVERYBODY, users, strict=True))


@pytest.fixture
def job(house, operator, now):
    """A file of the 街镇 that was looked at and may be written."""
    job = hand_in(GOOD, actor=operator, now=now)
    services.carry_out(job_id=job.pk, now=now)
    return job


def address(name, job):
    arguments = {"index": [], "job": [job.public_id], "commit": [job.public_id]}
    return reverse(f"imports:{name}", args=arguments.get(name, ["timetables"]))


def a_file(content=GOOD, name="时间表.xlsx"):
    return {"file": SimpleUploadedFile(name, content)}


def test_every_address_is_in_these_tables():
    assert {pattern.name for pattern in urlpatterns} == set(GETS) | set(POSTS)


@pytest.mark.parametrize("name", GETS)
def test_looking(client, people, job, name):
    for who, expected in zip(EVERYBODY, GETS[name], strict=True):
        client.force_login(people[who])

        answer = client.get(address(name, job))

        assert (who, answer.status_code) == (who, expected)
        assert b"UNDEFINED" not in answer.content


@pytest.mark.parametrize("name", POSTS)
def test_doing(client, people, job, name):
    answers = zip(EVERYBODY, POSTS[name], strict=True)
    for who, expected in sorted(answers, key=lambda one: one[1] == DONE):
        before = list(ImportJob.objects.order_by("pk").values_list("pk", "state"))
        client.force_login(people[who])

        answer = client.post(address(name, job), a_file())

        assert (who, answer.status_code) == (who, expected)
        if expected != DONE:
            assert list(ImportJob.objects.order_by("pk").values_list("pk", "state")) == before


@pytest.mark.parametrize("name", sorted({*GETS, *POSTS}))
def test_nobody_comes_in_without_signing_in(client, job, name):
    answer = client.post(address(name, job)) if name == "commit" else client.get(address(name, job))

    assert answer.status_code == SIGN_IN
    assert "/account/" in answer["Location"]


def test_what_writes_is_not_a_link(client, people, job):
    client.force_login(people["operator"])

    assert client.get(address("commit", job)).status_code == 405


def test_an_unknown_kind_is_not_there(client, people):
    client.force_login(people["operator"])

    for name in ("upload", "template", "export"):
        assert client.get(reverse(f"imports:{name}", args=["lunches"])).status_code == 404


def uploaded(client, content):
    answer = client.post(reverse("imports:upload", args=["timetables"]), a_file(content))
    assert answer.status_code == DONE, answer.content.decode()
    return ImportJob.objects.latest("pk"), answer["Location"]


def test_from_a_file_over_a_look_at_it_to_what_is_written(client, people, house, now):
    client.force_login(people["operator"])
    job, page = uploaded(client, GOOD)
    assert "马上开始" in client.get(page).text

    services.carry_out(job_id=job.pk, now=now)
    looked = client.get(page).text
    assert "确认导入" in looked
    assert "还没有写入" in looked
    assert not TimetableEntry.objects.exists()

    assert client.post(f"{page}commit/").status_code == DONE
    assert client.post(f"{page}commit/").status_code == DONE  # pressed twice
    services.carry_out(job_id=job.pk, now=now)

    assert "全部写入了" in client.get(page).text
    assert TimetableEntry.objects.count() == 2


def test_faulty_rows_are_shown_as_they_stand_with_every_sentence(client, people, house, now):
    client.force_login(people["operator"])
    job, page = uploaded(client, FAULTY)
    services.carry_out(job_id=job.pk, now=now)

    shown = client.get(page).text

    assert "有 <b>2</b> 行要改正" in shown
    assert "第 3 行“方式”：“全日托”不在可以填的内容里" in shown
    assert "第 4 行“宝宝屋”：不在您管理的范围内，或没有这个宝宝屋。" in shown
    assert shown.count('class="is-faulty"') == 2
    assert "确认导入" not in shown


def test_what_has_faults_cannot_be_written(client, people, house, now):
    client.force_login(people["operator"])
    job, page = uploaded(client, FAULTY)
    services.carry_out(job_id=job.pk, now=now)

    answer = client.post(f"{page}commit/", follow=True)

    assert "不能导入" in answer.text
    job.refresh_from_db()
    assert (job.state, job.commit) == ("previewed", False)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "这个文件是空的"), (b"x" * (2 * 1024 * 1024 + 1), "文件超过 2 MB")],
    ids=["empty", "too large"],
)
def test_a_file_that_is_no_use_is_refused_at_once(client, people, house, content, sentence):
    client.force_login(people["operator"])

    answer = client.post(reverse("imports:upload", args=["timetables"]), a_file(content))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not ImportJob.objects.exists()


def test_a_form_without_a_file_says_so(client, people, house):
    client.force_login(people["operator"])

    answer = client.post(reverse("imports:upload", args=["timetables"]))

    assert answer.status_code == 422
    assert "请选择要上传的文件" in answer.text


def test_the_part_that_is_asked_for_again_equals_the_page(client, people, job):
    client.force_login(people["operator"])
    page = client.get(address("job", job)).text

    part = client.get(address("job", job), headers={"HX-Request": "true"}).text.strip()

    assert part.startswith('<div id="job-part"')
    without_token = part.split("csrfmiddlewaretoken")[0]
    assert without_token in page
    assert "every 1s" not in part


def test_a_job_at_work_asks_again_until_it_is_over(client, people, house, operator, now):
    client.force_login(people["operator"])
    job = hand_in(GOOD, actor=operator, now=now)

    assert "every 1s" in client.get(address("job", job)).text


def test_a_page_costs_few_queries_however_long_the_history_is(
    client, people, house, operator, now, django_assert_max_num_queries
):
    client.force_login(people["operator"])
    for _ in range(12):
        hand_in(GOOD, actor=operator, now=now)

    with django_assert_max_num_queries(14):
        client.get(reverse("imports:index"))


def test_the_template_leads_to_the_house_that_is_named(client, people, house, second_house):
    client.force_login(people["operator"])

    answer = client.get(
        reverse("imports:export", args=["timetables"]), {"facility": str(house.public_id)}
    )

    assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert values_of(answer.content)[0][0] == "宝宝屋（必填）"


def test_a_foreign_house_is_not_exported(client, people, foreign_house):
    client.force_login(people["operator"])
    page = reverse("imports:export", args=["timetables"])

    foreign = client.get(page, {"facility": str(foreign_house.public_id)})
    absent = client.get(page, {"facility": "00000000-0000-4000-8000-000000000000"})

    assert [foreign.status_code, absent.status_code] == [404, 404]
