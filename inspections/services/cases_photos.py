"""Photos with a case: looked at before anything is written, painted anew, in the private store."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.types import Actor
from common.refusals import InvalidInput
from families import files
from families.messages import FILE_FAULTS
from families.types import CleanFile, FileFault, FileKind
from inspections import case_messages as messages
from inspections.case_types import PhotoTerms
from inspections.models import Case, CaseMessage, CasePhoto, CaseStep
from inspections.photos import hash_of

FOLDER = "cases"
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent, with the name by which its sender knows it."""

    name: str
    upload: files.Upload


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo in the store."""

    file: str
    cleaned: CleanFile
    sent_sha256: str


def looked_at(photos: Sequence[Sent], terms: PhotoTerms) -> list[tuple[CleanFile, str]]:
    """Every photo painted anew, with the hash of what was sent.

    :raises InvalidInput: when there are too many, or one is none; all that is wrong at once.
    """
    if len(photos) > terms.most:
        raise InvalidInput({"photos": [messages.TOO_MANY_PHOTOS.format(most=terms.most)]})
    found, faults = [], []
    for sent in photos:
        try:
            found.append(_look_at(sent, terms))
        except InvalidInput as invalid:
            faults += invalid.faults["photos"]
    if faults:
        raise InvalidInput({"photos": faults})
    return found


def _look_at(sent: Sent, terms: PhotoTerms) -> tuple[CleanFile, str]:
    name = messages.short_name(sent.name)
    if (sent.upload.size or 0) > terms.megabytes * _MEGABYTE:
        raise _fault(messages.PHOTO_IS_TOO_LARGE.format(name=name, megabytes=terms.megabytes))
    try:
        known, again = hash_of(sent.upload)
        if (again.size or 0) > terms.megabytes * _MEGABYTE:
            raise _fault(messages.PHOTO_IS_TOO_LARGE.format(name=name, megabytes=terms.megabytes))
        cleaned = files.clean(again)
    except InvalidInput as invalid:
        raise _in_words(invalid, name) from None
    if cleaned.kind is not FileKind.JPEG:
        raise _fault(messages.PHOTO_IS_NOT_ONE.format(name=name))
    return cleaned, known


def _in_words(invalid: InvalidInput, name: str) -> InvalidInput:
    """The sentence about a file, with the file's name; nothing but photos is offered."""
    if "photos" in invalid.faults:
        return invalid
    [said] = invalid.faults["file"]
    if said == FILE_FAULTS[FileFault.UNKNOWN_KIND]:
        return _fault(messages.PHOTO_IS_NOT_ONE.format(name=name))
    return _fault(messages.PHOTO_FAULT.format(name=name, fault=said))


def _fault(words: str) -> InvalidInput:
    return InvalidInput({"photos": [words]})


@contextmanager
def in_store(found: Sequence[tuple[CleanFile, str]]) -> Iterator[list[Kept]]:
    """Put photos into the private store; take all of them out if the block fails."""
    with ExitStack() as stack:
        yield [
            Kept(stack.enter_context(files.stored(cleaned, folder=FOLDER)), cleaned, known)
            for cleaned, known in found
        ]


def keep(
    case: Case, kept: Sequence[Kept], *, actor: Actor, now: datetime,
    step: CaseStep | None = None, message: CaseMessage | None = None,
) -> None:  # fmt: skip
    """Write down photos with a locked case; one that is there already is not kept again."""
    there = set(case.photos.values_list("sent_sha256", flat=True))
    for one in kept:
        if one.sent_sha256 in there:
            _forget(one.file)
            continue
        there.add(one.sent_sha256)
        CasePhoto.objects.create(
            case=case,
            step=step,
            message=message,
            file=one.file,
            sha256=one.cleaned.sha256,
            sent_sha256=one.sent_sha256,
            size=len(one.cleaned.content),
            received_at=now,
            sent_by_id=actor.user_id,
        )


def _forget(file: str) -> None:
    transaction.on_commit(lambda: default_storage.delete(file))
