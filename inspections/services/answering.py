"""Writing on a visit: answers and photos, again and again, until the part is signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import InvalidInput, NotFound, Refused
from facilities.selectors.access import as_uuid
from families import files
from families.types import FileFault, FileKind
from inspections.messages import objection
from inspections.models import DraftSaved, Photo, VisitItem, VisitPart
from inspections.photos import hash_of
from inspections.rules.visiting import answers_to
from inspections.selectors.parts import lock_part, part_to_answer, photo_to_see
from inspections.services.signing import why_closed
from inspections.types import Obstacle, PartState, RowsSay

FOLDER = "visits"
LONGEST_NOTE = 1000
PHOTOS_OF_AN_ITEM = 24


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answers to an item; answer '' is not answered yet."""

    answer: str
    note: str = ""


@transaction.atomic
def save_answers(
    *, part: str, answers: Mapping[str, Given], actor: Actor, now: datetime, key: UUID | None = None
) -> bool:
    """Write down answers, by the item's code. Those that are not named stay as they are.

    What comes again under a key that was saved before changes nothing: a late copy never
    overwrites what was answered since. True when it was written now.

    :raises NotFound: when the part is not the actor's to answer, or an item is not in it.
    :raises InvalidInput: for an answer that the item does not take.
    :raises Refused: when the part is signed.
    """
    locked = _open_part(part, actor)
    if key is not None:
        _saved, is_new = DraftSaved.objects.get_or_create(
            key=key, defaults={"part": locked, "saved_at": now}
        )
        if not is_new:
            return False
    rows = {row.item.code: row for row in locked.items.select_related("item").order_by("pk")}
    if not set(answers) <= set(rows):
        raise NotFound
    changed = [
        row
        for code, given in answers.items()
        if _change(row := rows[code], given, actor=actor, now=now)
    ]
    VisitItem.objects.bulk_update(changed, ["answer", "note", "answered_by", "answered_at"])
    return True


def _open_part(public_id: str, actor: Actor) -> VisitPart:
    locked = lock_part(part_to_answer(actor, public_id).pk)
    if locked.state != PartState.OPEN:
        raise Refused([objection(why_closed(locked))])
    return locked


def _change(row: VisitItem, given: Given, *, actor: Actor, now: datetime) -> bool:
    note = given.note.strip()
    if given.answer and given.answer not in answers_to(RowsSay(row.rows_say)):
        raise InvalidInput({f"answer-{row.item.code}": ["请从给出的回答里选一个。"]})
    if len(note) > LONGEST_NOTE:
        raise InvalidInput({f"note-{row.item.code}": [f"请写在{LONGEST_NOTE}字以内。"]})
    if (row.answer, row.note) == (given.answer, note):
        return False
    row.answer, row.note = given.answer, note
    row.answered_by_id = actor.person if given.answer else None
    row.answered_at = now if given.answer else None
    return True


def add_photo(
    *,
    part: str,
    item: str,
    upload: files.Upload,
    sent_sha256: str,
    actor: Actor,
    now: datetime,
) -> Photo:
    """Keep a photo with an item: painted anew, without EXIF, in the private store.

    `sent_sha256` is what the browser counted; '' where it counts nothing. The same photo sent
    again is kept once, and answered as the first time.

    :raises NotFound: when the part is not the actor's to answer, or the item is not in it.
    :raises InvalidInput: when it is no photo, too large, or not what the browser counted.
    :raises Refused: when the part is signed.
    """
    part_to_answer(actor, part)  # before anything is read of the file
    known, again = hash_of(upload)
    if sent_sha256 and known != sent_sha256:
        raise InvalidInput({"file": ["照片没有传完整，请再传一次。"]})
    cleaned = files.clean(again)
    if cleaned.kind is not FileKind.JPEG:
        raise files.refused(FileFault.UNKNOWN_KIND)
    with files.stored(cleaned, folder=FOLDER) as name, transaction.atomic():
        locked = _open_part(part, actor)
        photo, is_new = Photo.objects.get_or_create(
            item=_with_room(locked, item),
            sent_sha256=known,
            defaults={
                "file": name,
                "sha256": cleaned.sha256,
                "size": len(cleaned.content),
                "taken_by_id": actor.person,
                "received_at": now,
            },
        )
    if not is_new:
        default_storage.delete(name)
    return photo


def _with_room(part: VisitPart, code: str) -> VisitItem:
    """An item of a part to which a photo may still be added."""
    row = part.items.filter(item__code=code).first()
    if row is None:
        raise NotFound
    if row.photos.count() >= PHOTOS_OF_AN_ITEM:
        raise InvalidInput({"file": [f"每项最多 {PHOTOS_OF_AN_ITEM} 张照片。"]})
    return row


@transaction.atomic
def remove_photo(*, photo: str, actor: Actor, now: datetime) -> str:
    """Take out a photo of a part that was never signed; answer the part's public id.

    :raises NotFound: when it is not the actor's to answer.
    :raises Refused: when its part is, or once was, signed.
    """
    row = photo_to_see(actor, photo)
    locked = _open_part(str(row.item.part.public_id), actor)
    if locked.version > 1:
        raise Refused([objection(Obstacle.PART_IS_SIGNED)])
    name, sha256 = row.file, row.sha256
    row.delete()
    transaction.on_commit(lambda: default_storage.delete(name))
    audit.record(
        kind="inspections.photo.removed",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{locked.visit.public_id}",
        data={"sha256": sha256},
    )
    return str(locked.public_id)


def as_key(text: str) -> UUID | None:
    """An idempotency key; None when none was sent. :raises InvalidInput: when it is no UUID."""
    if not text:
        return None
    try:
        return as_uuid(text)
    except NotFound:
        raise InvalidInput({"key": ["钥匙不是UUID。"]}) from None
