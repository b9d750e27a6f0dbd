"""Photos with a report: what is kept of them, what is refused, and who sees them."""

import zipfile
import zlib
from io import BytesIO
from struct import pack

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from common.refusals import InvalidInput
from inspections import services
from inspections.case_types import CaseKind, CaseMove, Step
from inspections.models import Case, CaseMessage, CasePhoto, CaseStep
from tests.inspections.case_situations import a_photo, handled, keeper_of, reported, step
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.test_pages import client_of
from tests.inspections.visiting import Sent as Upload
from tests.inspections.visiting import a_picture

GPS = 0x8825


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()
    return tmp_path


def files_in(store) -> list[str]:
    return [str(one) for one in store.rglob("*") if one.is_file()]


def sent(content: bytes, name: str = "IMG_1.jpg") -> services.Sent:
    return services.Sent(name, Upload(content))


def with_a_place() -> bytes:
    picture, exif = BytesIO(), Image.Exif()
    exif[GPS] = {1: "N", 2: (30.0, 44.0, 0.0)}
    exif[0x010E] = "金山 石化街道"
    Image.new("RGB", (40, 30), "blue").save(picture, "JPEG", exif=exif, comment=b"secret")
    return picture.getvalue()


def read(photo: CasePhoto) -> bytes:
    with default_storage.open(photo.file) as stored:
        return bytes(stored.read())


def test_a_photo_is_painted_anew_and_says_nothing_of_where_it_was_taken(jinshan: Jinshan):
    case, _ = reported(photos=[sent(with_a_place())])

    photo = case.photos.get()
    kept = read(photo)
    assert b"secret" not in kept
    assert "石化街道".encode() not in kept
    assert not Image.open(BytesIO(kept)).getexif()
    assert photo.sha256 != photo.sent_sha256


def test_what_hides_behind_a_picture_stays_behind(jinshan: Jinshan):
    hidden = BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("run.html", "<script>alert(1)</script>")
    case, _ = reported(photos=[sent(a_picture() + hidden.getvalue())])

    kept = read(case.photos.get())
    assert b"run.html" not in kept
    assert not zipfile.is_zipfile(BytesIO(kept))


def a_bomb() -> bytes:
    """A PNG of 20000 × 20000 points in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 60001)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


BAD = {
    "empty": (b"", "文件是空的"),
    "text": ("你好".encode(), "只能附 JPG、PNG"),
    "a page": (b"<html><script>alert(1)</script>", "只能附 JPG、PNG"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "只能附 JPG"),
    "a paper": (b"%PDF-1.7\n%%EOF", "只能附 JPG、PNG"),
    "a paper that begins as a picture": (b"\xff\xd8\xff\xe0 %PDF-1.7 <script>", "打不开"),
    "half a picture": (a_picture(size=(400, 300))[:400], "打不开"),
    "a bomb": (a_bomb(), "尺寸太大"),
    "too many points": (a_picture(size=(5000, 4100)), "尺寸太大"),
    "too large": (a_picture() + b"\0" * (5 * 1024 * 1024), "不能超过 5 MB"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_photo_is_refused_in_a_sentence_and_changes_nothing(
    jinshan: Jinshan, store, name: str
):
    content, words = BAD[name]
    with pytest.raises(InvalidInput) as refused:
        reported(photos=[a_photo(), sent(content, "厨房.jpg")])

    [said] = refused.value.faults["photos"]
    assert words in said
    assert "厨房.jpg" in said
    assert not Case.objects.exists()
    assert files_in(store) == []


def test_too_many_photos_are_refused_and_all_that_is_wrong_is_said_at_once(jinshan: Jinshan, store):
    colors = ["red", "blue", "green", "yellow", "black", "white", "gray"]
    with pytest.raises(InvalidInput) as refused:
        reported(photos=[a_photo(color) for color in colors])
    assert refused.value.faults == {"photos": ["一次最多附 6 张照片，请去掉几张再交。"]}

    with pytest.raises(InvalidInput) as refused:
        reported(photos=[sent(b"a", "一.jpg"), sent(b"b", "二.jpg")])
    assert len(refused.value.faults["photos"]) == 2
    assert files_in(store) == []


def test_a_photo_sent_twice_is_kept_once_and_none_is_left_over(jinshan: Jinshan, store):
    case, code = reported(photos=[a_photo(), a_photo()])
    services.add_by_code(code=code, text="再附一次", photos=[a_photo()], now=NOW)

    assert case.photos.count() == 1


def test_a_bad_photo_with_an_addition_or_a_step_changes_nothing(jinshan: Jinshan, store):
    case, code = reported()
    handled(jinshan, case)
    before = CaseStep.objects.count()

    with pytest.raises(InvalidInput):
        services.add_by_code(code=code, text="看照片", photos=[sent(b"x")], now=NOW)
    with pytest.raises(InvalidInput):
        services.take_case_step(
            case=str(case.public_id),
            step=Step(CaseMove.NOTE, note="现场"),
            photos=[sent(b"x")],
            actor=jinshan.actor("inspector"),
            now=NOW,
        )

    assert CaseStep.objects.count() == before
    assert not CaseMessage.objects.exists()
    assert files_in(store) == []


def test_what_is_refused_for_another_reason_leaves_no_file(jinshan: Jinshan, store):
    with pytest.raises(InvalidInput):
        reported(what=" ", photos=[a_photo()])
    case, _ = reported()
    with pytest.raises(InvalidInput):
        step(jinshan, case, CaseMove.NOTE, note=" ", photos=[a_photo()])

    assert files_in(store) == []


def test_a_photo_changes_for_nobody(jinshan: Jinshan):
    reported(photos=[a_photo()])

    for change in ("UPDATE inspections_casephoto SET file = 'x'",
                   "DELETE FROM inspections_casephoto"):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


# --- pages ----------------------------------------------------------------------------------------


def upload(content: bytes, name: str = "IMG_1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_somebody_without_account_sends_photos_and_sees_them_while_they_follow(jinshan: Jinshan):
    client = Client()
    report = {
        "kind": "safety", "source": "public", "district": "310116", "where": "小区", "what": "插座",
        "photos": [upload(a_picture()), upload(a_picture("blue"))],
    }  # fmt: skip
    client.post(reverse("cases:report"), report)
    added = client.post(
        reverse("cases:follow"), {"text": "又拍了一张", "photos": [upload(a_picture("green"))]}
    )

    case = Case.objects.get()
    assert added.status_code == 303
    assert case.photos.count() == 3
    for photo in case.photos.all():
        address = reverse("cases:own_photo", args=[photo.public_id])
        mine = client.get(address)
        assert mine["Content-Type"] == "image/jpeg"
        assert "no-store" in mine["Cache-Control"]
        assert address in client.get(reverse("cases:follow")).content.decode()
        assert Client().get(address).status_code == 404


def test_a_page_says_which_photo_is_none(jinshan: Jinshan):
    answer = Client().post(
        reverse("cases:report"),
        {
            "kind": "safety", "source": "public", "district": "310116", "where": "某小区",
            "what": "插座", "photos": [upload(b"MZ", "病毒.exe")],
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert "病毒.exe" in answer.content.decode()
    assert not Case.objects.exists()


def test_officers_photos_are_theirs_alone_and_those_of_harm_the_leads(jinshan: Jinshan):
    house = jinshan.houses[0]
    keeper_of(jinshan, house)
    case, _ = reported(actor=jinshan.actor("parent"), house=str(house.public_id))
    handled(jinshan, case)
    step(jinshan, case, CaseMove.NOTE, who="inspector", note="现场", photos=[a_photo()])
    officers = case.photos.get()
    harm, _ = reported(
        kind=CaseKind.SUSPECTED_HARM, house=str(house.public_id), photos=[a_photo("blue")]
    )

    def seen(name: str, photo: CasePhoto, who: str) -> int:
        return client_of(jinshan, who).get(reverse(name, args=[photo.public_id])).status_code

    assert seen("cases:photo", officers, "inspector") == 200
    assert seen("cases:own_photo", officers, "parent") == 404
    for who in ("inspector", "health", "keeper", "jingan_lead", "parent"):
        assert seen("cases:photo", harm.photos.get(), who) == 404
    assert seen("cases:photo", harm.photos.get(), "lead") == 200
