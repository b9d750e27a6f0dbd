"""Which limits an item of a checklist rests on where the rows answer it. Pure."""

from inspections.types import Prefill
from regulations.keys import LimitKey

LIMITS_OF: dict[Prefill, tuple[LimitKey, ...]] = {
    Prefill.NAME_AND_SIGN: (LimitKey.FACILITY_NAME_RULE,),
    Prefill.AREA: (LimitKey.AREA_M2_PER_HEAD,),
    Prefill.CLASS_SIZE: (LimitKey.CLASS_SIZE_MAX,),
    Prefill.WHOLE_DAY: (LimitKey.SESSIONS_PER_DAY_MAX,),
    Prefill.INSURANCE: (LimitKey.LIABILITY_INSURANCE_REQUIRED,),
    Prefill.FEE_PUBLISHED: (LimitKey.PUBLISHED_FEE_REQUIRED,),
    Prefill.RATIO: (LimitKey.CHILDREN_PER_STAFF,),
    Prefill.ENOUGH_STAFF: (LimitKey.CHILDREN_PER_STAFF,),
    Prefill.STAFF_HEALTH: (LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED,),
    Prefill.CERTIFICATES: (LimitKey.STAFF_QUALIFICATION_REQUIRED,),
    Prefill.ANNUAL_TRAINING: (LimitKey.TRAINING_SKILL_HOURS, LimitKey.TRAINING_ETHICS_HOURS),
    Prefill.PERSON_IN_CHARGE: (LimitKey.PERSON_IN_CHARGE_REQUIRED,),
    Prefill.HEALTH_WORKER: (LimitKey.HEALTH_WORKERS_REQUIRED,),
    Prefill.RECORD_CHECKS: (LimitKey.STAFF_RECORD_CHECKS_REQUIRED,),
    Prefill.REPEATED_CHECKS: (LimitKey.RECORD_CHECK_VALID_MONTHS,),
    Prefill.BANNED: (LimitKey.STAFF_BAN,),
    Prefill.VIDEO_AREAS: (LimitKey.CCTV_AREAS_COVERED,),
    Prefill.VIDEO_RETENTION: (LimitKey.CCTV_RETENTION_DAYS,),
    Prefill.VIDEO_LINKED: (LimitKey.CCTV_LINKED,),
    Prefill.ALARM: (LimitKey.ALARM_LINKED,),
    Prefill.EQUIPMENT: (LimitKey.REGISTER_EQUIPMENT_CHECK_DAYS,),
    Prefill.TOYS: (LimitKey.REGISTER_TOY_CHECK_DAYS,),
    Prefill.WATER: (LimitKey.REGISTER_WATER_TEST_DAYS,),
    Prefill.WASHING: (LimitKey.REGISTER_WASHING_CHECK_DAYS,),
    Prefill.FIRE_CHECKS: (LimitKey.REGISTER_FIRE_CHECK_DAYS,),
    Prefill.FIRE_PLANS: (LimitKey.REGISTER_PLAN_REVIEW_MONTHS, LimitKey.REGISTER_DRILL_MONTHS),
    Prefill.ILLNESS_PLANS: (
        LimitKey.REGISTER_PLAN_REVIEW_MONTHS,
        LimitKey.REGISTER_DRILL_MONTHS,
    ),
    Prefill.CHILD_HEALTH_CHECKS: (LimitKey.CHILD_HEALTH_CHECK_REQUIRED,),
    Prefill.HEALTH_HISTORY: (LimitKey.HEALTH_HISTORY_REQUIRED,),
    Prefill.AGREEMENTS: (LimitKey.SERVICE_AGREEMENT_REQUIRED,),
}


def limits_of(prefill: str) -> tuple[LimitKey, ...]:
    """The limits behind an item; none where the rows answer nothing, or no number is behind it."""
    return LIMITS_OF.get(Prefill(prefill), ()) if prefill else ()
