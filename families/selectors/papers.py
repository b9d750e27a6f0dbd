"""The papers of a child that came through the door."""

from datetime import date

from django.db.models import Count

from accounts.types import Actor, Role, ScopeKind
from common.refusals import NotFound
from families.messages import CONSENT_TEXTS
from families.models import AgreementText, Child, ChildHealthCheck, Consent, ServiceAgreement
from families.selectors.children import as_uuid
from families.types import (
    AgreementRow,
    AgreementVersion,
    ChildRow,
    ConsentPurpose,
    ConsentRow,
    HealthCheckRow,
    HistoryRow,
    ReviewState,
)


def identity_end_of(child: ChildRow) -> str:
    """The last four characters of the identity number: all of it that any page shows."""
    number = Child.objects.values_list("identity_number", flat=True).get(pk=child.id)
    return str(number)[-4:]


def history_of(child: ChildRow) -> HistoryRow:
    """Allergies and past illnesses as they were declared."""
    columns = ("allergies", "medical_history", "history_declared_at")
    return HistoryRow(*Child.objects.values_list(*columns).get(pk=child.id))


def health_checks_of(child: ChildRow) -> list[HealthCheckRow]:
    """All that was handed in, the newest first."""
    checks = ChildHealthCheck.objects.filter(child_id=child.id).order_by("-handed_in_at", "-pk")
    return [
        HealthCheckRow(
            public_id=str(check.public_id),
            examined_on=check.examined_on,
            valid_through=check.valid_through,
            institution=check.institution,
            state=ReviewState(check.state),
            reason=check.reason,
            handed_in_at=check.handed_in_at,
            has_file=bool(check.file),
        )
        for check in checks
    ]


def file_name_of(child_id: int, check: object) -> str:
    """Where the file of one of a child's health checks is kept. :raises NotFound: without one."""
    checks = ChildHealthCheck.objects.filter(child_id=child_id, public_id=as_uuid(check))
    name: str | None = checks.values_list("file", flat=True).first()
    if not name:
        raise NotFound
    return name


def files_kept_for(child_id: int) -> int:
    """How many files are kept for a child."""
    return ChildHealthCheck.objects.filter(child_id=child_id).exclude(file="").count()


def agreement_for(child: ChildRow, *, subdistrict: str, today: date) -> AgreementRow | None:
    """The agreement of a 街镇 that is current today, and whether it is signed for the child."""
    found = (
        AgreementText.objects.filter(subdistrict__code=subdistrict, valid_from__lte=today)
        .select_related("subdistrict")
        .order_by("-valid_from", "-version")
        .first()
    )
    if found is None:
        return None
    signed = ServiceAgreement.objects.filter(child_id=child.id, agreement=found).first()
    return AgreementRow(
        id=found.pk,
        subdistrict=found.subdistrict.code,
        subdistrict_name=found.subdistrict.name,
        version=found.version,
        text=found.text,
        text_sha256=found.text_sha256,
        valid_from=found.valid_from,
        signed_at=signed.signed_at if signed else None,
        signed_name=signed.signed_name if signed else "",
    )


def signed_agreements_of(child: ChildRow) -> list[ServiceAgreement]:
    """All that was ever signed for a child, the newest first."""
    signed = ServiceAgreement.objects.filter(child_id=child.id)
    return list(signed.select_related("agreement__subdistrict").order_by("-signed_at", "-pk"))


def agreement_scopes(actor: Actor) -> list[str]:
    """The codes of the 街镇 whose agreements the actor issues."""
    return [
        grant.scope
        for grant in actor.grants
        if grant.role is Role.OPERATOR and grant.scope_kind is ScopeKind.SUBDISTRICT
    ]


def issued_agreements(actor: Actor, subdistrict: str) -> list[AgreementVersion]:
    """All versions of a 街镇's agreement, the newest first.

    :raises NotFound: when the actor does not run this 街镇.
    """
    if subdistrict not in agreement_scopes(actor):
        raise NotFound
    texts = AgreementText.objects.filter(subdistrict__code=subdistrict).order_by("-version")
    columns = ("version", "valid_from", "text", "times_signed")
    rows = texts.annotate(times_signed=Count("signed")).values_list(*columns)
    return [AgreementVersion(*row) for row in rows]


def consents_of(child: ChildRow) -> list[ConsentRow]:
    """The answer that stands to every purpose."""
    standing = Consent.objects.filter(child_id=child.id, withdrawn_at__isnull=True)
    answers = {ConsentPurpose(answer.purpose): answer for answer in standing.order_by("pk")}
    return [_consent(purpose, answers.get(purpose)) for purpose in ConsentPurpose]


def _consent(purpose: ConsentPurpose, answer: Consent | None) -> ConsentRow:
    if answer is None:
        return ConsentRow(purpose, given=None, at=None, is_current_text=True)
    is_current = answer.text_sha256 == CONSENT_TEXTS[purpose].sha256
    return ConsentRow(purpose, answer.given, answer.at, is_current)
