"""Somebody who works, in one house or in several: one row for one human."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices, days, same, span
from staff.types import EmploymentBasis, LeaveKind, StaffRole, WishKind


def same_word(column: str) -> tuple[Func, str]:
    """Equality of a short word inside an exclusion constraint, without an extension."""
    code = Cast(Func(F(column), function="hashtext"), models.BigIntegerField())
    return (Func(code, code, Value("[]"), function="int8range"), "&&")


class Person(PublicIdModel):
    """A human at work. The identity number is sealed; `identity_code` is its keyed HMAC. 从业人员

    One row follows a person across houses: papers, checks and a ban belong to the human.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="staff_person"
    )
    name = models.CharField(max_length=40)
    identity_number = EncryptedTextField()
    identity_code = models.CharField(max_length=64, unique=True)
    phone = models.CharField(max_length=11)
    born_on = models.DateField(null=True)
    pin_hash = models.CharField(max_length=128, default="", blank=True)  # '': no PIN was set
    pin_wrong_tries = models.PositiveSmallIntegerField(default=0)  # in a row
    pin_wrong_at = models.DateTimeField(null=True)
    badge_code = models.CharField(max_length=24, unique=True)  # behind the QR of the badge
    registered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__regex=r"^1[3-9][0-9]{9}$"),
                name="a_person_at_work_has_a_mobile_number",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_person_at_work_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Candidacy(models.Model):
    """A house has somebody's papers before it, to engage them or not. 拟聘人员"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="candidacies")
    facility = models.ForeignKey("facilities.Facility", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    opened_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "facility"], name="a_house_considers_a_person_once"
            )
        ]

    def __str__(self) -> str:
        return f"candidacy #{self.pk}"


class Employment(PublicIdModel):
    """What somebody is engaged for in a house, and since when. 聘用、借用"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    facility = models.ForeignKey(
        "facilities.Facility", on_delete=models.PROTECT, related_name="employments"
    )
    role = models.CharField(max_length=20, choices=choices(StaffRole))
    basis = models.CharField(max_length=10, choices=choices(EmploymentBasis))
    starts_on = models.DateField()
    through = models.DateField(null=True)
    lent_by = models.CharField(max_length=60, default="", blank=True)  # 借出单位
    end_reason = models.CharField(max_length=120, default="", blank=True)
    manager = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="manages"
    )  # 直接管理人员
    hired_by_id = models.BigIntegerField(null=True)
    hired_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["facility"], name="employments_of_a_house")]
        constraints = [
            ExclusionConstraint(
                name="a_person_is_engaged_once_for_a_role_in_a_house",
                expressions=[
                    same("person"),
                    same("facility"),
                    same_word("role"),
                    days("starts_on", "through"),
                ],
            ),
            models.CheckConstraint(
                condition=Q(through__isnull=True) | Q(through__gte=F("starts_on")),
                name="an_employment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(basis="borrowed") | ~Q(lent_by=""),
                name="who_is_borrowed_was_lent_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} #{self.pk}"


class Leave(PublicIdModel):
    """When somebody is away. Never deleted: who comes back early ends it. 请假"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(max_length=10, choices=choices(LeaveKind))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_leave_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="a_person_has_one_leave_at_a_time",
                expressions=[same("person"), span("starts_at", "ends_at")],
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Wish(PublicIdModel):
    """When somebody would like to work, would rather not, or cannot, week by week. 意愿"""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wishes")
    kind = models.CharField(max_length=12, choices=choices(WishKind))
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_wish_is_for_a_weekday"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="a_wish_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.weekday} #{self.pk}"
