"""What others may do in inspections: draw, plan visits, keep the register."""

from inspections.services.checklists import load_checklists
from inspections.services.draws import plan_draw, reveal_draw
from inspections.services.publish_draw import publish_draw
from inspections.services.register import Registration, declare_conflict, register_inspector
from inspections.services.reminders import remind_of_draws
from inspections.services.secrets import open_secret, seal_secret
from inspections.services.visits import NewVisit, plan_visit, withdraw_visit

__all__ = [
    "NewVisit",
    "Registration",
    "declare_conflict",
    "load_checklists",
    "open_secret",
    "plan_draw",
    "plan_visit",
    "publish_draw",
    "register_inspector",
    "remind_of_draws",
    "reveal_draw",
    "seal_secret",
    "withdraw_visit",
]
