"""What others may do in inspections: draw, plan visits, keep the register."""

from inspections.services.answering import Given, add_photo, as_key, remove_photo, save_answers
from inspections.services.arrange_draw import arrange_visits
from inspections.services.cases import (
    add_by_code,
    add_to_followed,
    add_to_own,
    look_up,
    receive_report,
)
from inspections.services.cases import record_look as record_look_at_case
from inspections.services.cases_escalate import escalate_cases
from inspections.services.cases_house import answer_question
from inspections.services.cases_photos import Sent
from inspections.services.cases_steps import take_step as take_case_step
from inspections.services.cases_visits import plan_spot_check
from inspections.services.checklists import load_checklists
from inspections.services.countersigning import countersign_part, send_back_part
from inspections.services.draws import plan_draw, reveal_draw
from inspections.services.joining import join_visit, send_instead
from inspections.services.opening import AdHoc, begin_visit, open_visit
from inspections.services.publication import publish_results, publish_standing
from inspections.services.publication_briefs import generate_brief, note_brief
from inspections.services.publication_notices import (
    answer_objection,
    decide_notice,
    object_to,
    propose_star,
    put_up_notice,
)
from inspections.services.publish_draw import publish_draw
from inspections.services.register import Registration, declare_conflict, register_inspector
from inspections.services.releasing import release_part
from inspections.services.reminders import remind_of_draws
from inspections.services.roots import keep_root
from inspections.services.secrets import open_secret, seal_secret
from inspections.services.shadow import choose_shadows, decline_shadow, save_shadow, seal_shadow
from inspections.services.signing import Signing, correct_part, sign_part
from inspections.services.visits import NewVisit, plan_visit, withdraw_visit
from inspections.services.warnings import answer_warning, warn

__all__ = [
    "AdHoc",
    "Given",
    "NewVisit",
    "Registration",
    "Sent",
    "Signing",
    "add_by_code",
    "add_photo",
    "add_to_followed",
    "add_to_own",
    "answer_objection",
    "answer_question",
    "answer_warning",
    "arrange_visits",
    "as_key",
    "begin_visit",
    "choose_shadows",
    "correct_part",
    "countersign_part",
    "decide_notice",
    "declare_conflict",
    "decline_shadow",
    "escalate_cases",
    "generate_brief",
    "join_visit",
    "keep_root",
    "load_checklists",
    "look_up",
    "note_brief",
    "object_to",
    "open_secret",
    "open_visit",
    "plan_draw",
    "plan_spot_check",
    "plan_visit",
    "propose_star",
    "publish_draw",
    "publish_results",
    "publish_standing",
    "put_up_notice",
    "receive_report",
    "record_look_at_case",
    "register_inspector",
    "release_part",
    "remind_of_draws",
    "remove_photo",
    "reveal_draw",
    "save_answers",
    "save_shadow",
    "seal_secret",
    "seal_shadow",
    "send_back_part",
    "send_instead",
    "sign_part",
    "take_case_step",
    "warn",
    "withdraw_visit",
]
