"""What people read of publication, stars and briefs."""

from inspections.dossier_types import BriefStep, NoticeState, StarSource
from inspections.types import Department
from inspections.words import AUTHORITIES

SOURCES = {
    StarSource.SELF: "自查",
    StarSource.PAIRED: "结对诊断",
    StarSource.JOINT: "联合评估",
}
STARS = ("没有达到一星", "一星", "二星", "三星", "四星", "五星")
NOTICE_STATES = {
    NoticeState.OPEN: "公示中",
    NoticeState.WAITING: "公示期满，待决定",
    NoticeState.CONFIRMED: "已生效",
    NoticeState.WITHDRAWN: "已撤回",
}
BRIEF_STEPS = {
    BriefStep.GENERATED: "已生成",
    BriefStep.SENT: "已发送",
    BriefStep.RECEIPTED: "已签收",
}
BRIEFED: dict[Department, str] = {one: f"{name}部门" for one, name in AUTHORITIES.items()}
BRIEFED[Department.FIRE] = "消防救援机构"
BRIEFED[Department.POLICE] = "公安机关"

OBJECTION_IS_MISSING = "请写明有什么异议、依据是什么，最多2000字。"
OVER_ALREADY = "公示已经结束，不再接收异议。有问题请到“反映问题”里说。"
ANSWER_IS_MISSING = "请写明对异议的答复，最多500字，会公布。"
NOT_OVER_YET = "公示到{day}结束，还不能决定。请到期以后再来。"
UNANSWERED = "还有{n}条异议没有答复，答复以后才能决定。"
UPHELD = "有异议成立，不能让它生效。请撤回，重新评定以后再公示。"
DECIDED_ALREADY = "这份公示已经有了决定，不能再改。"
REASON_IS_MISSING = "请写明撤回的原因，会公布。"
TITLE_IS_MISSING = "请写明公示的题目（60字以内）和内容（2000字以内）。"
SOURCES_ARE_MISSING = "还缺{sources}，不能评定。请先完成并签字。"
NOTICE_EXISTS = "这家已经有一份星级在公示，先决定那一份。"
STAR_IS_CONFIRMED = (
    "{year}年的星级（{words}）已经生效，算出来和那时一样，不用再公示。有新的签字结果再来。"
)
STAR_NEXT = "公示{days}个工作日，期满以后答复完异议再决定；生效以后公布在这家的页面上。"
STAR_REPLACES = "现在生效的是{words}，算出来和那时不同。{next}生效以后换成新的。"
WHO_IS_MISSING = "请写明交给谁，或者由谁签收（60字以内）。"
OUT_OF_ORDER = "这份简报现在是“{step}”，不能这样登记。请刷新页面。"
NO_SUCH_DEPARTMENT = "请从名单里选择部门。"

DOCUMENT = "产品约定"
ARTICLE_NOTICE = "约定57 结果公布"
QUOTE_NOTICE = "检查结果签字后3个工作日公布，没有签字的不公布"


def said_stars(stars: int) -> str:
    """一星 … 五星, or that none was reached."""
    return STARS[stars]


NOTICE_BASIS = (
    "公示 {days} 个工作日（按放假调休计）。原文说的是推荐示范城市、示范区时的公示，"
    "没有说星级和其他名单；这里所有的公示都参照这一条。"
)
