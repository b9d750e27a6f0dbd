"""What others may do with people at work and their rosters."""

from staff.services.batch import Batch
from staff.services.board import Stale, copy_last_week, put_shift, remove_shift, take_proposal
from staff.services.clock import (
    clock_in,
    clock_out,
    close_forgotten,
    correct_presence,
    identify,
)
from staff.services.cover import cover
from staff.services.fill import fill_hour
from staff.services.leave import end_leave, record_leave
from staff.services.look import record_look
from staff.services.papers import (
    add_health_certificate,
    add_integrity_entry,
    add_qualification,
    add_training,
    ban,
    record_check,
    revoke_qualification,
)
from staff.services.people import change_phone, end_employment, hire, register_person, set_pin
from staff.services.propose import accept_proposal, ask_for_proposal, work_out_next
from staff.services.publish import publish_week, set_rule_aside, take_back_override
from staff.services.recount import recount, recount_everything
from staff.services.remind import remind_of_papers, remind_of_rosters

__all__ = [
    "Batch",
    "Stale",
    "accept_proposal",
    "add_health_certificate",
    "add_integrity_entry",
    "add_qualification",
    "add_training",
    "ask_for_proposal",
    "ban",
    "change_phone",
    "clock_in",
    "clock_out",
    "close_forgotten",
    "copy_last_week",
    "correct_presence",
    "cover",
    "end_employment",
    "end_leave",
    "fill_hour",
    "hire",
    "identify",
    "publish_week",
    "put_shift",
    "record_check",
    "record_leave",
    "record_look",
    "recount",
    "recount_everything",
    "register_person",
    "remind_of_papers",
    "remind_of_rosters",
    "remove_shift",
    "revoke_qualification",
    "set_pin",
    "set_rule_aside",
    "take_back_override",
    "take_proposal",
    "work_out_next",
]
