"""The words of the post room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    IN_APP = "in_app"  # 站内信
    EMAIL = "email"
    SMS = "sms"


IN_APP = (Channel.IN_APP,)
IN_APP_AND_EMAIL = (Channel.IN_APP, Channel.EMAIL)


class MessageState(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    CANCELLED = "cancelled"  # what it tells of is no longer so
    FAILED = "failed"  # given up after the last try; somebody must look


class Kind(StrEnum):
    """What a message tells of. Its words and what they need are in notifications.messages."""

    BOOKED = "booked"
    CANCELLED_BY_FAMILY = "cancelled_by_family"
    CANCELLED_BY_HOUSE = "cancelled_by_house"
    REMINDER_TOMORROW = "reminder_tomorrow"
    REMINDER_TWO_HOURS = "reminder_two_hours"
    OFFER = "offer"
    SERIES_DATE_BOOKED = "series_date_booked"
    SERIES_DATE_REFUSED = "series_date_refused"
    WALKED_IN = "walked_in"
    CHILD_ARRIVED = "child_arrived"
    CHILD_LEFT = "child_left"
    CHILD_LEFT_BY_GUESS = "child_left_by_guess"
    STAY_CORRECTED = "stay_corrected"
    MOVED_NEARBY = "moved_nearby"
    ROOM_CHANGED = "room_changed"
    SHORT_OF_STAFF = "short_of_staff"
    SHORT_OF_STAFF_STILL = "short_of_staff_still"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    HEALTH_CHECK_ACCEPTED = "health_check_accepted"
    HEALTH_CHECK_REJECTED = "health_check_rejected"
    HEALTH_CHECK_EXPIRING = "health_check_expiring"
    GUARDIAN_INVITED = "guardian_invited"
    GUARDIAN_JOINED = "guardian_joined"
    GUARDIAN_RIGHT_CHANGED = "guardian_right_changed"
    GUARDIAN_ENDED = "guardian_ended"
    VISIT_ASSIGNED = "visit_assigned"
    DRAW_VALUE_DUE = "draw_value_due"
    DRAW_MISSING = "draw_missing"
    RESULTS_ROOT = "results_root"
    RESULTS_TAMPERED = "results_tampered"
    REGISTERS_DUE = "registers_due"
    INCIDENT_REPORTED = "incident_reported"
    INCIDENT_OVERDUE = "incident_overdue"
    INCIDENT_RESTRICTED = "incident_restricted"
    INCIDENT_RESTRICTED_OVERDUE = "incident_restricted_overdue"
    CASE_RECEIVED = "case_received"
    CASE_ASSIGNED = "case_assigned"
    CASE_OVERDUE = "case_overdue"
    CASE_ANSWERED = "case_answered"
    CASE_PROGRESS = "case_progress"
    CASE_NEWS = "case_news"
    CASE_QUESTION = "case_question"
    PLAN_ISSUED = "plan_issued"
    ANSWER_TO_PUBLISH = "answer_to_publish"
    CREDIT_OBJECTED = "credit_objected"
    CREDIT_DECIDED = "credit_decided"
    BRIEF_SENT = "brief_sent"
    VISIT_TO_JOIN = "visit_to_join"
    RESULT_TO_COUNTERSIGN = "result_to_countersign"
    ORDER_ISSUED = "order_issued"
    ORDER_MOVED = "order_moved"
    ORDER_OVERDUE = "order_overdue"
    RISK_RAISED = "risk_raised"
    SHADOW_CHOSEN = "shadow_chosen"
    STAFF_PAPER_EXPIRING = "staff_paper_expiring"
    MY_PAPER_EXPIRING = "my_paper_expiring"
    ROSTER_DUE = "roster_due"
    CODE_SMS = "code_sms"
    ACCOUNT_EXISTS_SMS = "account_exists_sms"
    UNKNOWN_ACCOUNT_SMS = "unknown_account_sms"


@dataclass(frozen=True, slots=True)
class Notice:
    """One piece of news for one person by one channel."""

    key: str  # unique for ever: the same news is never queued twice
    kind: str  # a notifications.types.Kind
    recipient_id: int | None
    channel: Channel
    run_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    subject: str = ""  # e.g. booking:17, by which it can be called back
    child_id: int | None = None  # whose child's news it is: who leaves the child hears no more
    address: str = ""  # a number or address when the recipient has no account yet
    secret: str = ""  # a one-time code: stored sealed, and forgotten once it is sent
    good_until: datetime | None = None  # a reminder that comes after the hour is noise


def notices_to(
    people: Iterable[int], channels: Sequence[Channel], kind: Kind, *, key: str, run_at: datetime,
    payload: dict[str, Any], subject: str = "", child_id: int | None = None,
    good_until: datetime | None = None,
) -> list[Notice]:  # fmt: skip
    """The same news for each of these people by each of these channels.

    `key` names the news; the person completes it, and the channel where there are several.
    """
    return [
        Notice(
            key=f"{key}:{person}:{channel}" if len(channels) > 1 else f"{key}:{person}",
            kind=kind,
            recipient_id=person,
            channel=channel,
            run_at=run_at,
            payload=payload,
            subject=subject,
            child_id=child_id,
            good_until=good_until,
        )
        for person in people
        for channel in channels
    ]


class Delivery(StrEnum):
    """How one attempt to deliver the next message ended."""

    NOTHING_DUE = "nothing_due"
    SENT = "sent"
    DROPPED = "dropped"  # cancelled in the meantime, out of date, or with nowhere to go
    POSTPONED = "postponed"  # it failed and will be tried again
    GIVEN_UP = "given_up"  # it failed for the last time
