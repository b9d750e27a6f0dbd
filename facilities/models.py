"""Districts, houses, rooms and sessions, with the constraints that hold whoever writes."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value

from common.models import PublicIdModel, choices, days, same, span
from facilities.types import (
    CareMode,
    FacilityState,
    HostKind,
    SessionStop,
    SubdistrictKind,
    SuspendedBy,
)


class District(models.Model):
    """区"""

    code = models.CharField(max_length=6, unique=True)  # GB/T 2260
    name = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Subdistrict(models.Model):
    """街镇"""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="subdistricts")
    code = models.CharField(max_length=9, unique=True)
    name = models.CharField(max_length=20)
    kind = models.CharField(max_length=6, choices=choices(SubdistrictKind))
    resident_children = models.PositiveIntegerField(null=True)  # 1–3 years; NULL: not reported
    latitude = models.FloatField()
    longitude = models.FloatField()

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Facility(PublicIdModel):
    """A 宝宝屋."""

    subdistrict = models.ForeignKey(
        Subdistrict, on_delete=models.PROTECT, related_name="facilities"
    )
    name = models.CharField(max_length=60, unique=True)
    address = models.CharField(max_length=120)
    latitude = models.FloatField()  # GCJ-02 is for tiles; we store WGS-84
    longitude = models.FloatField()
    host_kind = models.CharField(max_length=20, choices=choices(HostKind))
    host_name = models.CharField(max_length=60, default="", blank=True)
    operator_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20)
    introduction = models.TextField(default="", blank=True)
    state = models.CharField(
        max_length=9, choices=choices(FacilityState), default=FacilityState.OPEN.value
    )
    state_reason = models.CharField(max_length=120, default="", blank=True)
    suspended_by = models.CharField(  # '' and suspended: from before this was known
        max_length=11, choices=choices(SuspendedBy), default="", blank=True
    )
    suspended_by_person = models.BigIntegerField(null=True)  # as in audit: the account's number
    opened_on = models.DateField()
    # Facts of O29: what a parent wants to know and an inspector asks for.
    has_separate_space = models.BooleanField(default=True)
    has_outdoor_area = models.BooleanField(default=False)
    has_nursing_room = models.BooleanField(default=False)  # 母婴室
    has_washing = models.BooleanField(default=True)  # 幼儿盥洗设备
    has_drinking_water = models.BooleanField(default=True)
    has_cctv = models.BooleanField(default=True)
    has_alarm = models.BooleanField(default=True)  # 紧急报警装置
    has_sign = models.BooleanField(default=True)  # 统一的标牌与标识
    step_free = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"^.+(街道|镇|社区)“宝宝屋”$"),
                name="a_house_is_named_after_its_street_or_community",  # 金教〔2023〕29号 三
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(state_reason=""),
                name="a_house_that_is_not_open_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="suspended") | Q(suspended_by="", suspended_by_person=None),
                name="only_a_suspended_house_says_who_suspended_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class CareGroup(PublicIdModel):
    """A room's group of children. 班"""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="care_groups")
    name = models.CharField(max_length=30)
    area_m2 = models.DecimalField(max_digits=6, decimal_places=2)  # 使用面积
    licensed_places = models.PositiveSmallIntegerField()  # 托额
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "name"], name="a_group_has_its_own_name_in_a_house"
            ),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="a_room_has_area"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class TimetableEntry(models.Model):
    """A weekday's stretch of hours in one mode; sessions are cut from it."""

    care_group = models.ForeignKey(CareGroup, on_delete=models.PROTECT, related_name="timetable")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    starts = models.TimeField()
    ends = models.TimeField()
    mode = models.CharField(max_length=16, choices=choices(CareMode))
    planned_staff = models.PositiveSmallIntegerField()  # until a roster says better
    valid_from = models.DateField()
    valid_through = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_week_has_seven_days"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="a_timetable_entry_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="a_group_does_one_thing_at_a_time_on_a_weekday",
                expressions=[
                    (
                        Func(
                            F("care_group") * Value(7) + F("weekday"),
                            F("care_group") * Value(7) + F("weekday"),
                            Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    (
                        Func(
                            Value("2000-01-03", output_field=models.DateField()) + F("starts"),
                            Value("2000-01-03", output_field=models.DateField()) + F("ends"),
                            Value("[)"),
                            function="tsrange",
                        ),
                        "&&",
                    ),
                    days("valid_from", "valid_through"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}–{self.ends} #{self.pk}"


class Closure(models.Model):
    """Days on which a house, or a whole district, is closed though the timetable says open."""

    facility = models.ForeignKey(
        Facility, null=True, on_delete=models.PROTECT, related_name="closures"
    )
    district = models.ForeignKey(
        District, null=True, on_delete=models.PROTECT, related_name="closures"
    )
    starts_on = models.DateField()
    through = models.DateField()
    reason = models.CharField(max_length=120)
    decided_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(facility__isnull=True) ^ Q(district__isnull=True),
                name="a_closure_is_of_a_house_or_of_a_district",
            ),
            models.CheckConstraint(
                condition=Q(through__gte=F("starts_on")), name="a_closure_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.starts_on} #{self.pk}"


class LiabilityInsurance(models.Model):
    """责任险. No policy that covers the day, no open session (金教〔2023〕29号 六.4)."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="insurances")
    insurer = models.CharField(max_length=60)
    policy_number = models.CharField(max_length=40)
    sum_insured_fen = models.BigIntegerField()
    valid_from = models.DateField()
    valid_through = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["insurer", "policy_number", "facility"],
                name="a_policy_is_entered_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_through__gte=F("valid_from")),
                name="a_policy_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_number} #{self.pk}"


class Fee(models.Model):
    """What an hour beyond the free 次 costs, as published."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="fees")
    mode = models.CharField(max_length=16, choices=choices(CareMode))
    per_session_fen = models.PositiveIntegerField()
    approved_by = models.CharField(max_length=60)  # which body approved it
    valid_from = models.DateField()
    valid_through = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_fee_a_mode_is_in_force",
                expressions=[same("facility"), days("valid_from", "valid_through")],
                condition=Q(mode="drop_off"),
            ),
            ExclusionConstraint(
                name="one_fee_with_a_parent_is_in_force",
                expressions=[same("facility"), days("valid_from", "valid_through")],
                condition=Q(mode="with_parent"),
            ),
            ExclusionConstraint(
                name="one_fee_with_a_grandparent_is_in_force",
                expressions=[same("facility"), days("valid_from", "valid_through")],
                condition=Q(mode="with_grandparent"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.per_session_fen} #{self.pk}"


class RosteredWeek(models.Model):
    """From its publication a week's sessions count people, and no longer what was planned.

    Sessions that are cut later count nobody until the roster has been looked at.
    """

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "monday"], name="a_week_is_rostered_once")
        ]

    def __str__(self) -> str:
        return f"{self.monday} #{self.pk}"


class RatioBreach(PublicIdModel):
    """Fewer counted staff than the children in a session need. 师幼比不足"""

    care_session = models.ForeignKey(
        "facilities.CareSession", on_delete=models.PROTECT, related_name="breaches"
    )
    cause = models.CharField(max_length=40)
    children = models.PositiveSmallIntegerField()
    counted_staff = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["care_session"],
                condition=Q(closed_at__isnull=True),
                name="a_session_has_one_open_breach",
            )
        ]

    def __str__(self) -> str:
        return f"breach #{self.pk}"


class CareSession(PublicIdModel):
    """One group's one hour, and the ledger of its places. 时段

    `places` is the least of licence, class limit and area, frozen with the limits it was judged
    by (`places_by`). `counted_staff` follows the roster and the papers of the people on it.
    """

    care_group = models.ForeignKey(CareGroup, on_delete=models.PROTECT, related_name="sessions")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="sessions")
    mode = models.CharField(max_length=16, choices=choices(CareMode))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opens_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField()
    places_by = models.JSONField(default=list)
    binding_limit = models.CharField(max_length=40)
    counted_staff = models.PositiveSmallIntegerField()
    children_per_staff = models.PositiveSmallIntegerField()
    places_taken = models.SmallIntegerField(default=0)
    breach = models.ForeignKey(RatioBreach, null=True, on_delete=models.PROTECT, related_name="+")
    stop = models.CharField(max_length=9, choices=choices(SessionStop), default="", blank=True)
    stop_reason = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["facility", "starts_at"], name="sessions_of_a_house_by_time"),
            models.Index(fields=["starts_at"], name="sessions_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(places_taken__gte=0) & Q(places_taken__lte=F("places")),
                name="a_session_is_never_overbooked",
            ),
            models.CheckConstraint(
                condition=Q(places_taken__lte=F("counted_staff") * F("children_per_staff"))
                | Q(breach__isnull=False),
                name="staff_suffice_or_a_breach_is_open",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_session_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="a_group_has_one_session_at_a_time",
                expressions=[same("care_group"), span("starts_at", "ends_at")],
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.starts_at:%F %H:%M} #{self.pk}"
