"""Photos of a visit: painted anew, counted by their hash, kept where only readers reach them."""

from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from common.refusals import InvalidInput, NotFound
from inspections import services
from inspections.models import Photo
from inspections.services.answering import PHOTOS_OF_AN_ITEM
from tests.families.test_hostile_files import a_huge_png, a_located_photo, a_zip
from tests.inspections.situations import NOW, Jinshan
from tests.inspections.visiting import a_picture, begun, part_of, photograph, ready_to_visit

SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture
def scene(jinshan: Jinshan) -> Jinshan:
    return ready_to_visit(jinshan)


@pytest.fixture
def part(scene: Jinshan):
    return part_of(begun(scene))


def stored(photo: Photo) -> bytes:
    with default_storage.open(photo.file) as file:
        content: bytes = file.read()
    return content


def files_in_store() -> int:
    return len(default_storage.listdir("visits")[1]) if default_storage.exists("visits") else 0


def test_place_name_and_comment_stay_behind(scene: Jinshan, part) -> None:
    sent = a_located_photo()
    assert SCRIPT in sent

    photo = photograph(scene, part, "fire_ways", content=sent)

    kept = stored(photo)
    image = Image.open(BytesIO(kept))
    assert not image.getexif()
    assert SCRIPT not in kept
    assert image.size == (40, 60)  # turned as the camera was held
    assert photo.sha256 == sha256(kept).hexdigest()
    assert photo.sent_sha256 == sha256(sent).hexdigest()
    assert photo.size == len(kept)


@pytest.mark.parametrize(
    "tail", [a_zip(), SCRIPT, b"%PDF-1.7 %%EOF", b"<?php system('id'); ?>"], ids=range(4)
)
def test_what_is_appended_to_a_picture_is_gone(scene: Jinshan, part, tail: bytes) -> None:
    for sent in (a_picture() + tail, a_picture(format="PNG") + tail):
        kept = stored(photograph(scene, part, "fire_ways", content=sent))

        assert tail not in kept
        assert kept.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        SCRIPT,
        a_zip(),
        b"%PDF-1.7\n%%EOF",
        b"GIF89a" + SCRIPT,
        b"\xff\xd8\xff" + SCRIPT,
        a_picture()[:200],
        a_huge_png(30_000, 30_000),
        a_huge_png(20_000, 1_100),
    ],
    ids=["empty", "html", "zip", "pdf", "gif", "no jpeg", "cut off", "bomb", "too many pixels"],
)
def test_what_is_no_photo_is_refused_and_nothing_is_kept(scene: Jinshan, part, sent) -> None:
    before = files_in_store()

    with pytest.raises(InvalidInput) as invalid:
        photograph(scene, part, "fire_ways", content=sent)

    assert list(invalid.value.faults) == ["file"]
    assert Photo.objects.count() == 0
    assert files_in_store() == before


def test_a_file_that_is_too_large_is_not_read_to_its_end(scene: Jinshan, part, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 1000

    with pytest.raises(InvalidInput):
        photograph(scene, part, "fire_ways", content=a_picture() + b"\0" * 2000)

    assert Photo.objects.count() == 0


def test_bytes_that_were_lost_on_the_way_are_noticed(scene: Jinshan, part) -> None:
    with pytest.raises(InvalidInput) as invalid:
        photograph(scene, part, "fire_ways", counted="0" * 64)

    assert invalid.value.faults["file"] == ["照片没有传完整，请再传一次。"]
    assert Photo.objects.count() == 0


def test_the_same_photo_sent_again_is_kept_once(scene: Jinshan, part) -> None:
    before = files_in_store()

    first, again = (photograph(scene, part, "fire_ways") for _ in range(2))

    assert first.pk == again.pk
    assert Photo.objects.count() == 1
    assert files_in_store() == before + 1


def test_one_photo_may_show_two_items(scene: Jinshan, part) -> None:
    photograph(scene, part, "fire_ways")
    photograph(scene, part, "washing")

    assert Photo.objects.count() == 2


def test_an_item_has_room_for_so_many(scene: Jinshan, part) -> None:
    for number in range(PHOTOS_OF_AN_ITEM):
        photograph(scene, part, "fire_ways", content=a_picture(size=(20 + number, 20)))

    with pytest.raises(InvalidInput):
        photograph(scene, part, "fire_ways", content=a_picture(size=(19, 20)))

    assert Photo.objects.count() == PHOTOS_OF_AN_ITEM


def test_a_photo_is_removed_with_its_file(
    scene: Jinshan, part, django_capture_on_commit_callbacks
) -> None:
    photo = photograph(scene, part, "fire_ways")

    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(photo=str(photo.public_id), actor=scene.actor("inspector"), now=NOW)

    assert Photo.objects.count() == 0
    assert not default_storage.exists(photo.file)


def test_nobody_else_removes_it(scene: Jinshan, part) -> None:
    photo = photograph(scene, part, "fire_ways")

    for who in ("fire", "health", "keeper", "parent", "jingan"):
        with pytest.raises(NotFound):
            services.remove_photo(photo=str(photo.public_id), actor=scene.actor(who), now=NOW)

    assert Photo.objects.count() == 1


def test_it_is_shown_to_its_readers_only(scene: Jinshan, part, client) -> None:
    photo = photograph(scene, part, "fire_ways")
    address = f"/inspections/visits/photos/{photo.public_id}/"
    expected = {"inspector": 200, "lead": 200, "fire": 404, "keeper": 404, "jingan": 404}

    for who, status in {**expected, "parent": 404}.items():
        client.force_login(scene.users[who])
        answer = client.get(address)
        assert answer.status_code == status, who
    client.force_login(scene.users["inspector"])
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
