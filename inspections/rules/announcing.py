"""What is said before a draw: a month that is to come, and a value that nobody can know yet."""

from datetime import datetime

from common.intervals import day_in_shanghai, months_later
from common.refusals import InvalidInput, Refused
from inspections.messages import objection, said_month
from inspections.types import Announced, Obstacle

LONGEST_SOURCE = 120
_MONTHS_AHEAD = 1


def check_announced(announced: Announced, *, now: datetime) -> None:
    """See that month, source and moment make sense. :raises InvalidInput, Refused:"""
    today = day_in_shanghai(now)
    this_month = today.replace(day=1)
    if announced.month < this_month:
        raise Refused([objection(Obstacle.MONTH_IS_OVER, month=said_month(announced.month))])
    faults: dict[str, list[str]] = {}
    if announced.month > months_later(this_month, _MONTHS_AHEAD):
        faults["month"] = ["只能提前一个月定名单。请选择本月或下个月。"]
    if not 0 < len(announced.source) <= LONGEST_SOURCE:
        faults["random_source"] = ["请写明随机数是哪里公布的哪个数字（120字以内）。"]
    day = day_in_shanghai(announced.known_at)
    if announced.known_at <= now:
        faults["random_known_at"] = ["随机数必须在冻结名单以后才公布。请选择以后的时间。"]
    elif day >= months_later(announced.month, 1):
        faults["random_known_at"] = ["请选择抽取当月结束以前的时间，检查才来得及安排。"]
    if faults:
        raise InvalidInput(faults)
