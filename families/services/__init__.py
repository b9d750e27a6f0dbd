"""Writing families. One verb, one transaction, one trace each."""

from families.services.agreements import issue_agreement, sign_agreement
from families.services.children import register_child, rename_child
from families.services.consents import answer_consent, withdraw_consent
from families.services.guardians import change_right, end_guardianship
from families.services.health import declare_history, hand_in_health_check, review_health_check
from families.services.invitations import answer_invitation, invite_guardian, withdraw_invitation
from families.services.looks import record_look
from families.services.pickups import end_pickup, name_pickup
from families.services.reminders import remind_of_expiring_checks

__all__ = [
    "answer_consent",
    "answer_invitation",
    "change_right",
    "declare_history",
    "end_guardianship",
    "end_pickup",
    "hand_in_health_check",
    "invite_guardian",
    "issue_agreement",
    "name_pickup",
    "record_look",
    "register_child",
    "remind_of_expiring_checks",
    "rename_child",
    "review_health_check",
    "sign_agreement",
    "withdraw_consent",
    "withdraw_invitation",
]
