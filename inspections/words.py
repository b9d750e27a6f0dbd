"""Words and reasons that visits, orders, cases and dossiers share."""

from common.refusals import written
from inspections.types import Area, Department, Severity

DEPARTMENTS = {
    Department.EDUCATION: "教育",
    Department.HEALTH: "卫生健康",
    Department.POLICE: "公安",
    Department.FIRE: "消防",
    Department.MARKET: "市场监管",
    Department.HOUSE: "宝宝屋自查",
}
AREAS = {
    Area.CARE: "保教",
    Area.HEALTH: "卫生保健",
    Area.SAFETY: "安全防控",
    Area.PEOPLE: "人员",
    Area.INFORMATION: "信息公示",
}
SEVERITIES = {Severity.ORDINARY: "一般", Severity.SERIOUS: "较重", Severity.SEVERE: "严重"}
AUTHORITIES: dict[Department, str] = {
    one: word for one, word in DEPARTMENTS.items() if one is not Department.HOUSE
}
LONGEST_REASON = 200


def worded(text: str, what: str, *, field: str = "reason", most: int = LONGEST_REASON) -> str:
    """What somebody wrote, if they did. :raises InvalidInput: when it is nothing, or too long."""
    return written(text, f"请写明{what}（{most}字以内）。", field=field, most=most)
