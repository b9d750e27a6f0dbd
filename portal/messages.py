"""What people read where their work begins, and of the worker's regular jobs."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobWords:
    """A regular job, and how often its work is done: beats may come more often than that."""

    name: str | Promise
    every: timedelta


# By the name of the task. A test proves that every task with a beat has its words.
JOBS = {
    "notifications.tasks.deliver": JobWords(later("发出消息"), timedelta(seconds=5)),
    "staff.tasks.propose_rosters": JobWords(later("智能排班"), timedelta(seconds=2)),
    "imports.tasks.pick_up": JobWords(later("处理导入的文件"), timedelta(seconds=15)),
    "bookings.tasks.watch_breaches": JobWords(later("核对现场人手，上报没人处理的缺人"), _MINUTE),
    "safety.tasks.escalate_duties": JobWords(later("突发事件逾期未告知，逐级上报"), _MINUTE),
    "bookings.tasks.settle": JobWords(later("结算已结束的时段"), 5 * _MINUTE),
    "bookings.tasks.close_forgotten": JobWords(later("补记忘了签退的孩子"), 5 * _MINUTE),
    "bookings.tasks.continue_series": JobWords(later("每周固定预约，开放后逐次预约"), 5 * _MINUTE),
    "staff.tasks.recount": JobWords(later("重新核算各时段人手"), 5 * _MINUTE),
    "staff.tasks.close_forgotten": JobWords(later("补记忘了打卡下班的人"), 5 * _MINUTE),
    "inspections.tasks.issue_orders": JobWords(later("补发漏掉的整改单"), 5 * _MINUTE),
    "facilities.tasks.rejudge_sessions": JobWords(later("按规定重新判定各时段"), 15 * _MINUTE),
    "inspections.tasks.escalate_cases": JobWords(
        later("投诉举报逾期未答复，逐级上报"), 15 * _MINUTE
    ),
    "inspections.tasks.remind_of_draws": JobWords(later("提醒双随机抽取"), 15 * _MINUTE),
    "facilities.tasks.publish_sessions": JobWords(later("按时段表发布可约时段"), _HOUR),
    "accounts.tasks.forget_unproven": JobWords(later("清除没有完成的注册"), _HOUR),
    "families.tasks.remind_of_expiring_checks": JobWords(later("提醒健康检查证明到期"), _HOUR),
    "safety.tasks.remind_of_registers": JobWords(later("提醒到期的自查和检查"), _DAY),
    "staff.tasks.remind_of_papers": JobWords(later("提醒从业人员证件到期"), _DAY),
    "staff.tasks.remind_of_rosters": JobWords(later("提醒还没发布的排班"), _DAY),
    "inspections.tasks.warn": JobWords(later("风险预警"), _DAY),
    "inspections.tasks.choose_shadows": JobWords(later("选取两人分别打分的检查"), _DAY),
    "inspections.tasks.see_to_orders": JobWords(later("判定整改、督促逾期"), _DAY),
    "inspections.tasks.publish_results": JobWords(later("公布检查结果"), _DAY),
    "inspections.tasks.keep_root": JobWords(later("核对签字的检查结果，记下校验值"), _DAY),
    "bookings.tasks.lapse": JobWords(later("往年没用完的免费次数到期"), _DAY),
    "imports.tasks.forget": JobWords(later("清空早已处理完的导入文件"), _DAY),
    "audit.tasks.forget_runs": JobWords(later("清除早先的运行记录"), _DAY),
}

# What jobs count, in the order in which it is read.
COUNTS = {
    "created": later("发布"),
    "without_window": later("没有开放时间"),
    "judged": later("核对"),
    "changed": later("有变化"),
    "in_breach": later("缺人"),
    "stopped": later("停止"),
    "stopped_with_children": later("停止但有孩子"),
    "over_limit": later("超出可约数"),
    "settled": later("结算"),
    "ended_by_house": later("因关闭结束"),
    "ended_without_consent": later("因撤回同意结束"),
    "lapsed": later("到期"),
    "closed_by_guess": later("补记"),
    "houses": later("宝宝屋"),
    "short": later("缺人的教室"),
    "notices": later("通知"),
    "told": later("通知"),
    "steps": later("上报"),
    "papers": later("证件"),
    "values_due": later("等随机数"),
    "draws_missing": later("还没抽取"),
    "issued": later("发出整改单"),
    "risen": later("升级"),
    "chosen": later("选取"),
    "results": later("结果"),
    "standings": later("现况"),
    "tampered": later("和签字时不一样"),
    "forgotten": later("清除"),
}


def words_of(task: str, beat: timedelta) -> JobWords:
    """The words of a job; one that nobody named yet is called by its task."""
    return JOBS.get(task) or JobWords(task, beat)


CHANNELS = {"in_app": later("站内消息"), "sms": later("短信"), "email": later("邮件")}


def counted(result: dict[str, object]) -> tuple[tuple[str, int], ...]:
    """What a run counted, in words; a list stands for how long it is."""
    found = {key: _number(result[key]) for key in COUNTS if key in result}
    return tuple((str(COUNTS[key]), number) for key, number in found.items() if number is not None)


def _number(value: object) -> int | None:
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else None


def said_stretch(stretch: timedelta) -> str:
    """A stretch of time, roughly, as people say it."""
    minutes = int(stretch.total_seconds() // 60)
    if not minutes:
        return _("不到 1 分钟")
    if stretch < 2 * _HOUR:
        return ngettext("%(n)d 分钟", "%(n)d 分钟", minutes) % {"n": minutes}
    if stretch < 2 * _DAY:
        return ngettext("%(n)d 小时", "%(n)d 小时", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d 天", "%(n)d 天", stretch.days) % {"n": stretch.days}


def said_often(every: timedelta) -> str:
    """How often something is done, as people say it."""
    if every < _MINUTE:
        return _("每隔几秒")
    if every < _HOUR:
        return _("每 %(n)d 分钟") % {"n": every // _MINUTE} if every > _MINUTE else _("每分钟")
    return _("每小时") if every < _DAY else _("每天")


# --- what waits: a title, a note, and the words of a tag ------------------------------------------
Said = tuple[str, str, str]


def breaches_said(going_on: int, unanswered: int) -> Said:
    tag = (
        ngettext("%(n)d 处没人答复", "%(n)d 处没人答复", unanswered) % {"n": unanswered}
        if unanswered
        else _("已有人处理")
    )
    note = ngettext("%(n)d 处正在缺人或将要缺人", "%(n)d 处正在缺人或将要缺人", going_on)
    return _("人手不足"), note % {"n": going_on}, tag


def incidents_said(still_open: int, untold: int) -> Said:
    tag = (
        ngettext("%(n)d 方逾期未告知", "%(n)d 方逾期未告知", untold) % {"n": untold}
        if untold
        else _("处理中")
    )
    note = ngettext("%(n)d 起还没有结束", "%(n)d 起还没有结束", still_open)
    return _("突发事件"), note % {"n": still_open}, tag


def visits_said(late: int, soon: int) -> Said:
    tag = (
        ngettext("%(n)d 次过期未做", "%(n)d 次过期未做", late) % {"n": late}
        if late
        else _("一周之内")
    )
    note = ngettext("一周之内 %(n)d 次", "一周之内 %(n)d 次", soon)
    return _("要去的检查"), note % {"n": soon}, tag


def draws_said(due: int) -> Said:
    tag = ngettext("%(n)d 次待公布", "%(n)d 次待公布", due) % {"n": due}
    return _("双随机抽取"), _("检查都做完了，或者当月已经结束"), tag


def reviews_said(waiting: int) -> Said:
    tag = ngettext("%(n)d 份在等", "%(n)d 份在等", waiting) % {"n": waiting}
    return _("审核健康检查证明"), _("审核通过以后孩子才能约"), tag


def papers_said(lapsed: int, soon: int) -> Said:
    tag = (
        ngettext("%(n)d 份已过期", "%(n)d 份已过期", lapsed) % {"n": lapsed}
        if lapsed
        else ngettext("%(n)d 份快到期", "%(n)d 份快到期", soon) % {"n": soon}
    )
    return _("从业人员证件"), _("过期当天起不计入师幼比"), tag


def rosters_said(houses: list[str], monday: date) -> Said:
    tag = ngettext("%(n)d 家没发布", "%(n)d 家没发布", len(houses)) % {"n": len(houses)}
    note = _("%(month)d月%(day)d日起的一周") % {"month": monday.month, "day": monday.day}
    return _("下周排班"), f"{note} · {houses[0]}", tag


def registers_said(items: int, first: str) -> Said:
    tag = ngettext("%(n)d 项要办", "%(n)d 项要办", items) % {"n": items}
    return _("登记和自查"), first, tag


def parts_said(to_answer: int, to_countersign: int) -> Said:
    note = ngettext("%(n)d 份正在填", "%(n)d 份正在填", to_answer) % {"n": to_answer}
    tag = (
        ngettext("%(n)d 份等您签字", "%(n)d 份等您签字", to_countersign) % {"n": to_countersign}
        if to_countersign
        else _("还没签字")
    )
    return _("正在做的检查"), note, tag


def orders_said(waiting: int, late: int) -> Said:
    note = ngettext("%(n)d 份等检查人员办", "%(n)d 份等检查人员办", waiting) % {"n": waiting}
    tag = ngettext("%(n)d 份逾期", "%(n)d 份逾期", late) % {"n": late} if late else _("等您部门办")
    return _("整改单"), note, tag


def own_orders_said(waiting: int, late: int) -> Said:
    note = _("写计划、改好、报告完成，再检查合格才办结")
    tag = (
        ngettext("%(n)d 份逾期", "%(n)d 份逾期", late) % {"n": late}
        if late
        else ngettext("%(n)d 份等您办", "%(n)d 份等您办", waiting) % {"n": waiting}
    )
    return _("整改"), note, tag


def questions_said(waiting: int, late: int) -> Said:
    tag = (
        ngettext("%(n)d 个逾期", "%(n)d 个逾期", late) % {"n": late}
        if late
        else ngettext("%(n)d 个等您答复", "%(n)d 个等您答复", waiting) % {"n": waiting}
    )
    return _("区里的提问"), _("请在期限内说明情况"), tag


def self_checks_said(n: int) -> Said:
    tag = ngettext("%(n)d 份没填完", "%(n)d 份没填完", n) % {"n": n}
    return _("自查"), _("填完、签字才算做过"), tag


def cases_said(still_open: int, late: int) -> Said:
    note = ngettext("%(n)d 件由您承办", "%(n)d 件由您承办", still_open) % {"n": still_open}
    tag = ngettext("%(n)d 件逾期", "%(n)d 件逾期", late) % {"n": late} if late else _("办理中")
    return _("举报投诉"), note, tag


def briefs_said(n: int) -> Said:
    tag = ngettext("%(n)d 份没签收", "%(n)d 份没签收", n) % {"n": n}
    return _("部门简报"), _("宝宝屋基本情况，请核对后签收"), tag
