"""What people read of 整改: words for states and steps, and why something does not happen."""

from collections.abc import Iterable
from datetime import date, datetime

from inspections.messages import said_moment
from inspections.order_types import Hand, Level, OrderEvent, OrderObstacle, OrderState
from inspections.types import Objection

STATES = {
    OrderState.ISSUED: "待整改",
    OrderState.PLANNED: "整改中",
    OrderState.CLAIMED: "已报完成",
    OrderState.RECHECK_DUE: "待再检查",
    OrderState.PASSED: "再检查合格，待办结",
    OrderState.CLOSED: "已办结",
    OrderState.WITHDRAWN: "已撤销",
}
EVENTS = {
    OrderEvent.ISSUE: "发出整改单",
    OrderEvent.PLAN: "提交整改计划",
    OrderEvent.CLAIM: "报告整改完成",
    OrderEvent.SEND_BACK: "材料退回",
    OrderEvent.ASK_RECHECK: "材料收下，要求再检查",
    OrderEvent.TURN_GREEN: "登记的数据已经符合，要求再检查",
    OrderEvent.TURN_RED: "登记的数据又不符合，退回整改",
    OrderEvent.SCHEDULE: "安排再检查",
    OrderEvent.PASS: "再检查合格",
    OrderEvent.FAIL: "再检查不合格，退回整改",
    OrderEvent.CLOSE: "办结",
    OrderEvent.ASK_EXTENSION: "申请延期",
    OrderEvent.EXTEND: "批准延期",
    OrderEvent.SUSPEND: "责令暂停服务",
    OrderEvent.WITHDRAW: "撤销整改单",
}
# What those who are told of it read; an event that is not here is told to nobody.
NEWS = {
    OrderEvent.CLAIM: "宝宝屋报告整改完成，请看材料，再决定是否再检查",
    OrderEvent.SEND_BACK: "材料被退回，请看退回的理由，补齐以后再报",
    OrderEvent.TURN_GREEN: "登记的数据已经符合，请安排再检查",
    OrderEvent.TURN_RED: "登记的数据又不符合，退回整改",
    OrderEvent.PASS: "再检查合格，等办结",
    OrderEvent.FAIL: "再检查不合格，请看不合格的情况，重新整改",
    OrderEvent.CLOSE: "再检查合格，已经办结",
    OrderEvent.ASK_EXTENSION: "宝宝屋申请延期，请决定",
    OrderEvent.EXTEND: "已批准延期，请看新的期限",
    OrderEvent.SUSPEND: "被责令暂停服务，再检查合格、办结以后才能恢复",
    OrderEvent.WITHDRAW: "整改单已撤销，不用再整改，也不算进有效结案率",
}
SUSPEND_OR_NOT = "发现的问题严重，整改单已经发出，请决定是否责令暂停服务"
CORRECTED = "检查结果已经更正，这个问题不再成立，请督导负责人撤销整改单；撤销以前不算进有效结案率"
HANDS = {
    Hand.WORKER: "系统",
    Hand.HOUSE: "宝宝屋",
    Hand.OFFICER: "检查人员",
    Hand.LEAD: "督导负责人",
    Hand.NOBODY: "",
}
LEVELS = {
    Level.HOUSE: "提醒宝宝屋",
    Level.SUBDISTRICT: "报街镇",
    Level.LEAD: "报督导负责人",
}

SENTENCES = {
    OrderObstacle.NOT_NOW: "现在是“{state}”，不能这样办。请刷新页面，看现在能办什么。",
    OrderObstacle.NO_PASSED_RECHECK: "还没有再检查合格，不能办结。请先安排再检查。",
    OrderObstacle.SECOND_PERSON: "要由另一个人签字办结：再检查合格是您签的。请另一位同事来办。",
    OrderObstacle.LEAD_CLOSES: "这家正被责令暂停服务：由检查员再检查，督导负责人办结。",
    OrderObstacle.NOT_GOING: "再检查由派去的人登记结果，您不在其中。",
    OrderObstacle.KEEP_AWAY: "{person}不能去{house}再检查：{reason}。请换一位检查人员。",
    OrderObstacle.EXTENDED_ALREADY: "已经延期过，不能再延。",
    OrderObstacle.TOO_LONG: "延期最长到{until}。请选早一些的日期。",
    OrderObstacle.NOT_SEVERE: "只有严重的问题才能责令暂停服务。",
    OrderObstacle.SUSPENDED_ALREADY: "已经按这份整改单暂停服务。",
    OrderObstacle.NOT_SCHEDULED: "还没有安排再检查。请先安排谁去、哪天去。",
    OrderObstacle.TOO_EARLY: "再检查安排在{day}，还没有到。",
    OrderObstacle.ROWS_ARE_RED: "登记的数据现在仍不符合：{said}请先改好数据，再来办。",
}
_DOCUMENT = "产品约定"
_RECHECK = (
    "约定62 再检查",
    "没有再检查合格的不能办结；再检查不合格后又合格的，或本人发现的严重问题，由两人签字办结",
)
_EXTENSION = ("约定61 整改期限", "写明理由可以延期一次，最长10个工作日，由督导负责人批准")
_OF_EXTENSION = {OrderObstacle.EXTENDED_ALREADY, OrderObstacle.TOO_LONG}
KPI = (
    "有效结案率 = 到期以前经再检查办结、没有再被发现的 ÷ 这段时间到期的整改单"
    "（撤销的、更正后不成立的不算）"
)


def objection(which: OrderObstacle, **facts: object) -> Objection:
    """Why something does not happen to an order, with what would do."""
    article, quote = _EXTENSION if which in _OF_EXTENSION else _RECHECK
    return Objection(
        obstacle=which,
        remedy=SENTENCES[which].format(**facts),
        document=_DOCUMENT,
        clause=article,
        quote=quote,
    )


def said_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def judged_by_now() -> str:
    return "系统每天早上按登记的数据判定：符合的那天自动要求再检查，又不符合就退回整改。"


def judged_since(since: datetime, days: int) -> str:
    """Since when past days are asked, and how many of them tell."""
    return (
        f"系统每天早上判定，只看{said_moment(since)}以后的数据：有 {days} 个完整的服务日、都符合，"
        "就自动要求再检查；又不符合就退回整改，从退回时重新看。"
    )


def judged_after_a_failure() -> str:
    return "上次再检查不合格：宝宝屋重新报告完成以后，系统再按登记的数据判定。"


def unpublished(years: Iterable[int]) -> str:
    """What is said of a day that was counted in a year whose holidays nobody has announced."""
    named = "、".join(str(year) for year in years)
    if not named:
        return ""
    return f"{named}年的放假和调休还没有公布，期限暂按周末和固定节日推算；公布以后可能不同。"
