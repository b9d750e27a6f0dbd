"""What holds of people at work. Pure."""

from staff.rules.counting import (
    Counting,
    counting_verdicts,
    hiring_verdicts,
    record_check_valid_through,
)
from staff.rules.filling import who_could_care, who_could_fill
from staff.rules.forecast import children_for, counted_on, forecast
from staff.rules.papers import paper_ends
from staff.rules.roster import counted_people, is_same_work, judge_week, on_duty, open_days
from staff.rules.training import annual_certificate, lessons_in, training_standings
from staff.rules.what_if import HourAfter, what_if, who_could_go

__all__ = [
    "Counting",
    "HourAfter",
    "annual_certificate",
    "children_for",
    "counted_on",
    "counted_people",
    "counting_verdicts",
    "forecast",
    "hiring_verdicts",
    "is_same_work",
    "judge_week",
    "lessons_in",
    "on_duty",
    "open_days",
    "paper_ends",
    "record_check_valid_through",
    "training_standings",
    "what_if",
    "who_could_care",
    "who_could_fill",
    "who_could_go",
]
