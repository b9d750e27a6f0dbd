"""Draws whose list is frozen before the random value exists. 双随机

The database itself computes SHA-256: a frozen text and its commitment cannot part, nor a secret
and its seal, whoever writes. What was committed never changes (migration 0002), and a draw only
goes forward.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from common.models import PublicIdModel, choices
from inspections.models.hashes import sha256_of
from inspections.types import Domain, DrawState, RandomMethod


class Draw(PublicIdModel):
    """One month's draw of a district in one domain."""

    district = models.ForeignKey(
        "facilities.District", on_delete=models.PROTECT, related_name="draws"
    )
    month = models.DateField()  # its first day
    domain = models.CharField(max_length=10, choices=choices(Domain))
    state = models.CharField(
        max_length=9, choices=choices(DrawState), default=DrawState.PLANNED.value
    )
    # Frozen at the commitment.
    canonical = models.TextField()
    commitment = models.CharField(max_length=64)
    method = models.CharField(max_length=12, choices=choices(RandomMethod))
    source = models.CharField(max_length=120)
    known_at = models.DateTimeField()
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    committed_at = models.DateTimeField()
    # Once, by somebody else.
    random_value = models.CharField(max_length=200, default="", blank=True)
    random_source = models.CharField(max_length=200, default="", blank=True)  # where it was read
    result = models.JSONField(null=True)
    revealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revealed_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "month", "domain"], name="a_district_draws_once_a_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_is_its_first_day"),
            models.CheckConstraint(
                condition=Q(commitment=sha256_of("canonical")),
                name="a_commitment_is_the_hash_of_what_was_frozen",
            ),
            models.CheckConstraint(
                condition=Q(known_at__gt=F("committed_at")),
                name="the_list_is_frozen_before_the_value_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", revealed_at__isnull=True)
                | Q(~Q(state="planned"), revealed_at__gte=F("known_at")),
                name="a_value_is_entered_after_it_is_known",
            ),
            models.CheckConstraint(
                condition=Q(revealed_by__isnull=True) | ~Q(revealed_by=F("planned_by")),
                name="two_persons_make_a_draw",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="planned",
                    random_value="",
                    random_source="",
                    result__isnull=True,
                    revealed_by__isnull=True,
                )
                | Q(
                    ~Q(state="planned"),
                    ~Q(random_value=""),
                    ~Q(random_source=""),
                    result__isnull=False,
                    revealed_by__isnull=False,
                ),
                name="a_revealed_draw_has_its_value_and_result",
            ),
            models.CheckConstraint(
                condition=Q(state="published")
                ^ Q(published_at__isnull=True, published_by__isnull=True),
                name="a_published_draw_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.domain} {self.month:%Y-%m} #{self.pk}"


class DrawSecret(models.Model):
    """One person's sealed secret, where no public value is to be had: hash first, secret later."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="secrets")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seat = models.PositiveSmallIntegerField()  # 1: who planned the draw; 2: the other
    seal = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    secret = models.CharField(max_length=200, default="", blank=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "seat"], name="a_draw_has_two_seals"),
            models.UniqueConstraint(fields=["draw", "person"], name="a_person_seals_once"),
            models.CheckConstraint(condition=Q(seat__in=[1, 2]), name="a_seal_is_one_of_two"),
            models.CheckConstraint(
                condition=Q(seal__regex=r"^[0-9a-f]{64}$"), name="a_seal_is_a_hash"
            ),
            models.CheckConstraint(
                condition=Q(secret="", opened_at__isnull=True)
                | Q(seal=sha256_of("secret"), opened_at__gte=F("sealed_at")),
                name="a_secret_opens_its_seal",
            ),
        ]

    def __str__(self) -> str:
        return f"seal {self.seat} #{self.pk}"
