"""What is written on a visit: parts, items with their answers, photos, signed results, findings.

Each department on a visit has its part, with its own items and its own signed results. A part is
written while it is open; once signed, nothing of it changes until a correction is begun, which
ends in a new version beside the old one. Results and signatures are only ever added
(migration 0004), and each result names the hash of the one before it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.models import PublicIdModel, choices
from inspections.models.hashes import sha256_of
from inspections.types import (
    Answer,
    Department,
    FindingKind,
    PartState,
    RowsSay,
    Severity,
    Side,
)

_SILENT = RowsSay.SILENT.value
_TO_ROWS = [Answer.CONFIRMED.value, Answer.CONTRADICTED.value]
_WITHOUT_ROWS = [Answer.MEETS.value, Answer.FAILS.value]


class VisitPart(PublicIdModel):
    """What one department does on a visit."""

    visit = models.ForeignKey("inspections.Visit", on_delete=models.PROTECT, related_name="parts")
    department = models.CharField(max_length=10, choices=choices(Department))
    state = models.CharField(max_length=6, choices=choices(PartState), default=PartState.OPEN.value)
    version = models.PositiveSmallIntegerField(default=1)  # the one being written, or the last
    correcting_because = models.CharField(max_length=200, default="", blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    # The department never came, as the lead says, and why; and whether education took its items.
    absent_because = models.CharField(max_length=200, default="", blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True)
    gives_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    ~Q(absent_because=""), state=PartState.ABSENT.value, version=1,
                    released_by__isnull=False, released_at__isnull=False,
                )
                | Q(
                    ~Q(state=PartState.ABSENT.value), absent_because="", gives_back=False,
                    released_by__isnull=True, released_at__isnull=True,
                ),
                name="a_department_that_never_came_is_let_go_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["visit", "department"], name="a_department_has_one_part_of_a_visit"
            ),
            models.CheckConstraint(
                condition=Q(version=1, correcting_because="")
                | Q(Q(version__gt=1), ~Q(correcting_because="")),
                name="a_corrected_part_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.department} v{self.version} #{self.pk}"


class VisitItem(models.Model):
    """An item of the checklist on a visit: what the rows said at its opening, and the answer."""

    part = models.ForeignKey(VisitPart, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey(
        "inspections.ChecklistItem", on_delete=models.PROTECT, related_name="+"
    )
    rows_say = models.CharField(max_length=6, choices=choices(RowsSay))
    said = models.CharField(max_length=400, default="", blank=True)  # the rows' sentence
    link = models.CharField(max_length=200, default="", blank=True)  # to the rows
    read_at = models.DateTimeField()
    answer = models.CharField(max_length=12, choices=choices(Answer), default="", blank=True)
    note = models.CharField(max_length=1000, default="", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "item"], name="an_item_is_asked_once_of_a_department"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | Q(~Q(answer=""), answered_by__isnull=False, answered_at__isnull=False),
                name="an_answer_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["", Answer.NOT_SEEN.value])
                | Q(~Q(rows_say=_SILENT), answer__in=_TO_ROWS)
                | Q(rows_say=_SILENT, answer__in=_WITHOUT_ROWS),
                name="only_rows_that_speak_are_confirmed_or_contradicted",
            ),
        ]

    def __str__(self) -> str:
        return f"visit item #{self.pk}"


class Photo(PublicIdModel):
    """A picture of what was seen. `sent_sha256` is of what the browser sent, before EXIF went."""

    item = models.ForeignKey(VisitItem, on_delete=models.PROTECT, related_name="photos")
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sent_sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # in bytes
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "sent_sha256"], name="a_photo_is_kept_once_for_an_item"
            ),
        ]

    def __str__(self) -> str:
        return f"photo #{self.pk}"


class VisitResult(PublicIdModel):
    """What a department found on a visit, signed. A correction is a further version."""

    part = models.ForeignKey(VisitPart, on_delete=models.PROTECT, related_name="results")
    version = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(unique=True)  # 1, 2, 3 … over all results
    previous = models.CharField(max_length=64, default="", blank=True)  # sha256 of the one before
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)  # Ed25519 over the canonical text, hexadecimal
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "version"], name="a_version_of_a_result_is_signed_once"
            ),
            models.CheckConstraint(
                condition=Q(sha256=sha256_of("canonical")),
                name="a_result_carries_the_hash_of_its_text",
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | Q(Q(number__gt=1), ~Q(previous="")),
                name="a_result_names_the_one_before_it",
            ),
        ]

    def __str__(self) -> str:
        return f"result {self.number} #{self.pk}"


class HalfSignature(models.Model):
    """The first of two inspectors has signed a part, and the house with them: not final yet.

    `sha256` is of what they signed. Sent back, it says why, and stays.
    """

    part = models.ForeignKey(VisitPart, on_delete=models.PROTECT, related_name="half_signatures")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    house_name = models.CharField(max_length=40, default="", blank=True)
    house_position = models.CharField(max_length=40, default="", blank=True)
    absent_because = models.CharField(max_length=200, default="", blank=True)
    has_refused = models.BooleanField(default=False)  # 拒签
    signed_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    sent_back_because = models.CharField(max_length=200, default="", blank=True)
    sent_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "version"],
                condition=Q(sent_back_at__isnull=True),
                name="a_version_of_a_part_is_half_signed_once",
            ),
            models.CheckConstraint(
                condition=Q(house_name="") ^ Q(absent_because=""),
                name="a_house_half_signs_or_says_why_it_does_not",
            ),
            models.CheckConstraint(
                condition=Q(sent_back_because="", sent_back_by=None, sent_back_at=None)
                | Q(~Q(sent_back_because=""), sent_back_by__isnull=False,
                    sent_back_at__isnull=False),
                name="what_is_sent_back_says_who_when_and_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"half signature of {self.part_id} v{self.version} #{self.pk}"


class Signature(models.Model):
    """A name under a result: each inspector's, and the house's, or why the house has none."""

    result = models.ForeignKey(VisitResult, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=9, choices=choices(Side))
    name = models.CharField(max_length=40, default="", blank=True)  # as they typed it
    position = models.CharField(max_length=40, default="", blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    absent_because = models.CharField(max_length=200, default="", blank=True)
    has_refused = models.BooleanField(default=False)  # 拒签: somebody was there, and would not
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(side=Side.HOUSE.value),
                name="a_house_signs_a_result_once",
            ),
            models.UniqueConstraint(fields=["result", "user"], name="a_person_signs_a_result_once"),
            models.CheckConstraint(
                condition=Q(has_refused=False) | Q(Q(side=Side.HOUSE.value), ~Q(absent_because="")),
                name="a_house_that_refuses_says_why",
            ),
            models.CheckConstraint(
                condition=Q(name="") ^ Q(absent_because=""),
                name="a_side_signs_or_says_why_it_does_not",
            ),
            models.CheckConstraint(
                condition=Q(side=Side.HOUSE.value) | Q(user__isnull=False, absent_because=""),
                name="an_inspector_signs_in_person",
            ),
        ]

    def __str__(self) -> str:
        return f"signature of {self.side} #{self.pk}"


class Finding(PublicIdModel):
    """Something a signed result says is not as it should be. 问题

    It stands until a corrected version of the result no longer says it. `department` is whose
    item it is; `house` where the house found it itself (自查).
    """

    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="findings"
    )
    visit = models.ForeignKey(
        "inspections.Visit", on_delete=models.PROTECT, related_name="findings"
    )
    item = models.ForeignKey(VisitItem, on_delete=models.PROTECT, related_name="findings")
    department = models.CharField(max_length=10, choices=choices(Department))
    kind = models.CharField(max_length=11, choices=choices(FindingKind))
    severity = models.CharField(max_length=8, choices=choices(Severity))
    code = models.CharField(max_length=40)  # of the checklist's item: the same when it recurs
    prefill = models.CharField(max_length=30, default="", blank=True)  # rows that tell when mended
    text = models.CharField(max_length=120)  # what is asked
    clause = models.CharField(max_length=30)
    note = models.CharField(max_length=1000, default="", blank=True)  # what was seen
    found_on = models.DateField()
    result = models.ForeignKey(VisitResult, on_delete=models.PROTECT, related_name="findings")
    withdrawn_by = models.ForeignKey(
        VisitResult, null=True, on_delete=models.PROTECT, related_name="withdrawn_findings"
    )

    class Meta:
        indexes = [
            models.Index(fields=["facility", "code"], name="findings_of_a_house_by_item"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "kind"],
                condition=Q(withdrawn_by__isnull=True),
                name="an_item_has_one_standing_finding_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True) | ~Q(withdrawn_by=F("result")),
                name="a_finding_is_withdrawn_by_a_later_version",
            ),
        ]

    def __str__(self) -> str:
        return f"finding {self.code} #{self.pk}"


class DraftSaved(models.Model):
    """Answers that came under this key were written down: a late copy of them changes nothing."""

    key = models.UUIDField(unique=True)
    part = models.ForeignKey(VisitPart, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft #{self.pk}"
