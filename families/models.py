"""Children, guardians and papers. Every field of a child is sensitive personal information."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.fields import EncryptedTextField
from common.models import PublicIdModel, choices
from families.types import (
    ConsentChannel,
    ConsentPurpose,
    GuardianRight,
    Relation,
    ReviewState,
    Sex,
)


class Child(PublicIdModel):
    """A child. The identity number is sealed; `identity_code` is its keyed HMAC. 幼儿"""

    name = models.CharField(max_length=40)
    nickname = models.CharField(max_length=20, default="", blank=True)  # 小名, shown at the door
    sex = models.CharField(max_length=4, choices=choices(Sex))
    born_on = models.DateField()
    identity_number = EncryptedTextField()
    identity_code = models.CharField(max_length=64, unique=True)
    subdistrict = models.ForeignKey(
        "facilities.Subdistrict", on_delete=models.PROTECT, related_name="+"
    )  # where the child lives
    allergies = EncryptedTextField()
    medical_history = EncryptedTextField()  # 既往病史
    history_declared_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.nickname or self.name} #{self.pk}"


class Guardian(models.Model):
    """A person's standing with a child. 监护人 / 家长"""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="guardians")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="guardianships"
    )
    relation = models.CharField(max_length=12, choices=choices(Relation))
    right = models.CharField(max_length=5, choices=choices(GuardianRight))
    since = models.DateTimeField()
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "user"],
                condition=Q(ended_at__isnull=True),
                name="a_guardian_stands_once_with_a_child",
            )
        ]

    def __str__(self) -> str:
        return f"{self.relation} #{self.pk}"


class RegistrationAttempt(models.Model):
    """Somebody tried to register a child. Counted; what was typed is not kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_refused = models.BooleanField()  # for its identity number

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="attempts_of_a_user")]

    def __str__(self) -> str:
        return f"attempt #{self.pk}"


class Invitation(PublicIdModel):
    """A guardian asks the owner of a mobile number to stand with a child. Answered once."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="invitations")
    phone = models.CharField(max_length=11)
    relation = models.CharField(max_length=12, choices=choices(Relation))
    right = models.CharField(max_length=5, choices=choices(GuardianRight))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField()
    accepted = models.BooleanField(null=True)  # NULL: not answered
    ended_at = models.DateTimeField(null=True)  # answered, or taken back

    class Meta:
        indexes = [
            models.Index(
                fields=["phone"], condition=Q(ended_at__isnull=True), name="invitations_open"
            ),
            models.Index(fields=["phone", "invited_at"], name="invitations_by_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "phone"],
                condition=Q(ended_at__isnull=True),
                name="a_number_is_invited_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(phone__regex=r"^1[3-9][0-9]{9}$"),
                name="an_invitation_goes_to_a_mobile_number",
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(ended_at__isnull=False),
                name="an_answered_invitation_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation #{self.pk}"


class ChildHealthCheck(PublicIdModel):
    """A 健康检查合格证明, handed in by the family and reviewed by the house."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="health_checks")
    examined_on = models.DateField()
    institution = models.CharField(max_length=80)
    valid_through = models.DateField()
    file = models.FileField(upload_to="health_checks/", blank=True)
    file_sha256 = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(
        max_length=9, choices=choices(ReviewState), default=ReviewState.SUBMITTED.value
    )
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_in_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["handed_in_at"], condition=Q(state="submitted"), name="checks_to_review"
            ),
            models.Index(fields=["file_sha256"], name="checks_by_file"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_through__gte=models.F("examined_on")),
                name="a_health_check_is_valid_from_its_examination",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted") | Q(reviewed_by__isnull=False),
                name="a_reviewed_health_check_names_its_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"health check {self.examined_on} #{self.pk}"


class AgreementText(models.Model):
    """A version of a 街镇's 服务协议. Never changed once somebody signed it."""

    subdistrict = models.ForeignKey(
        "facilities.Subdistrict", on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subdistrict", "version"], name="an_agreement_version_is_issued_once"
            )
        ]

    def __str__(self) -> str:
        return f"agreement v{self.version} #{self.pk}"


class ServiceAgreement(models.Model):
    """A guardian's signature for one child under one version. 协议"""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="agreements")
    agreement = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="signed")
    text_sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_name = models.CharField(max_length=40)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "agreement"], name="an_agreement_is_signed_once_for_a_child"
            )
        ]

    def __str__(self) -> str:
        return f"signed {self.agreement_id} #{self.pk}"


class Consent(models.Model):
    """A guardian's yes or no to one purpose. Withdrawing ends the row; it is never rewritten."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=12, choices=choices(ConsentPurpose))
    given = models.BooleanField()  # False: refused, and remembered as such
    text_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    channel = models.CharField(
        max_length=6, choices=choices(ConsentChannel), default=ConsentChannel.PORTAL.value
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_answer_to_a_purpose_stands_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} #{self.pk}"


class AuthorizedPickup(PublicIdModel):
    """Somebody a guardian named to bring and collect the child. 接送人"""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="pickups")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=11)
    relation = models.CharField(max_length=20)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"
