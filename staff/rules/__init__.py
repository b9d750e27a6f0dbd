"""What holds of people at work. Pure."""

from staff.rules.counting import (
    Counting,
    counting_verdicts,
    hiring_verdicts,
    record_check_valid_through,
)
from staff.rules.roster import counted_people, judge_week

__all__ = [
    "Counting",
    "counted_people",
    "counting_verdicts",
    "hiring_verdicts",
    "judge_week",
    "record_check_valid_through",
]
