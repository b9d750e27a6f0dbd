"""What people read of cases. Reporters read days and plain sentences, never names or notes."""

from datetime import date

from inspections.case_types import (
    CaseKind,
    CaseLevel,
    CaseMove,
    CaseObstacle,
    CaseOutcome,
    CaseSource,
    CaseStage,
)
from inspections.rules.cases import plain

KINDS = {
    CaseKind.CARE: "照护、保教方面",
    CaseKind.SAFETY: "安全、卫生方面",
    CaseKind.STAFF: "人员的言行或资质",
    CaseKind.FEES: "收费、退费",
    CaseKind.DISPUTE: "协议和纠纷",
    CaseKind.UNFILED: "没有备案的托育场所",
    CaseKind.PREMISES: "出租、出借场地办托育",
    CaseKind.OTHER: "其他",
    CaseKind.SUSPECTED_HARM: "孩子可能受到伤害",
}
SOURCES = {
    CaseSource.PARENT: "家长",
    CaseSource.PUBLIC: "群众",
    CaseSource.LANDLORD: "房东、物业",
    CaseSource.GRID: "网格员、社区工作者",
}
STAGES = {
    CaseStage.FOUND: "检查发现",
    CaseStage.ACCEPTED: "归口受理",
    CaseStage.ASSIGNED: "分派协调",
    CaseStage.HANDLING: "查处",
    CaseStage.CLOSED: "结案",
}
# The same to whoever reported it.
TOLD_STAGES = {
    CaseStage.FOUND: "已收到，等待受理",
    CaseStage.ACCEPTED: "已受理，正在安排经办的部门",
    CaseStage.ASSIGNED: "已交给经办的部门",
    CaseStage.HANDLING: "正在调查处理",
    CaseStage.CLOSED: "已办结",
}
TOLD_RESTRICTED = "已收到，有专人在处理。为了保护孩子，这里不显示进展；需要时会主动联系您。"
TOLD_HIDDEN = "已收到"
TOLD_MOVES = {
    CaseMove.ACCEPT: "已经受理",
    CaseMove.DECLINE: "不予受理，已经答复",
    CaseMove.ASSIGN: "已经交给经办的部门",
    CaseMove.START: "开始调查处理",
    CaseMove.EXTEND: "情况比较复杂，处理的时间延长",
    CaseMove.SEND_BACK: "换一个部门或人员经办，正在重新安排",
    CaseMove.ASK: "请宝宝屋说明情况",
    CaseMove.CLOSE: "已经办结，答复见本页",
}
MOVES = {
    CaseMove.ACCEPT: "受理",
    CaseMove.DECLINE: "不予受理",
    CaseMove.ASSIGN: "分派",
    CaseMove.START: "开始查处",
    CaseMove.SEND_BACK: "退回重新分派",
    CaseMove.EXTEND: "延长期限",
    CaseMove.NOTE: "补充记录",
    CaseMove.ASK: "请宝宝屋说明",
    CaseMove.LINK: "关联检查或问题",
    CaseMove.CLOSE: "答复并结案",
}
OUTCOMES = {
    CaseOutcome.CONFIRMED: "属实",
    CaseOutcome.PARTLY: "部分属实",
    CaseOutcome.UNCONFIRMED: "没有查到依据",
    CaseOutcome.SETTLED: "协商解决",
    CaseOutcome.ELSEWHERE: "转有关部门",
}
LEVELS = {
    CaseLevel.HOUSE: "宝宝屋没有按时说明，已提醒",
    CaseLevel.OWNER: "已提醒经办的人",
    CaseLevel.LEAD: "已报督导负责人",
}
LEADS = "督导负责人"  # whose a case is until it is given to somebody
# What the notice to a reporter says after “您反映的事情”. 结案 has its own notice.
TOLD_NEWS = {
    CaseMove.ACCEPT: "已经受理",
    CaseMove.ASSIGN: "已经交给经办的部门",
    CaseMove.START: "开始调查处理",
    CaseMove.EXTEND: "比较复杂，处理的时间延长了",
    CaseMove.SEND_BACK: "换一个部门或人员经办",
}
NEWS_ADDED = "反映的人补充了情况"
NEWS_ADDED_LATE = "已经结案，反映的人又补充了情况"
NEWS_REPLIED = "宝宝屋已经说明"
NEWS_NOT_REPLIED = "宝宝屋没有按时说明"
NEWS_SENT_BACK = "退回，要重新分派"
QUESTION_PUT = "写清楚以后提交"
QUESTION_LATE = "现在已经过期"

OBSTACLES = {
    CaseObstacle.NOT_IN_THIS_STAGE: "现在是“{stage}”，还不能{move}。请刷新页面，看清进展再办理。",
    CaseObstacle.NOT_YOURS: "{move}要由督导负责人办理，其余由经办的人办理。请联系督导负责人。",
    CaseObstacle.EXTENDED_ALREADY: "已经延长过一次，不能再延长。请在期限内答复并结案。",
    CaseObstacle.CASE_IS_CLOSED: "这件事已经结案，不能再改。有新情况，请另外反映一次。",
    CaseObstacle.REPORTER_ADDED: "反映的人刚刚补充了情况。请先看完补充的内容，再{move}。",
    CaseObstacle.HARM_IS_NOT_ASKED: "疑似侵害的举报不能去问宝宝屋。",
    CaseObstacle.NO_HOUSE_TO_ASK: "还没有写明是哪家宝宝屋，不知道该问谁。",
    CaseObstacle.QUESTION_IS_OPEN: "上一个问题宝宝屋还没有说明，请等说明以后再问。",
    CaseObstacle.ANSWERED_ALREADY: "这个问题已经说明过，不能再改。",
}
DOCUMENT = "产品约定"
ARTICLE = "约定56 举报投诉"
RATE = (
    "今年收到的举报投诉里，已经结案的和过了期限的算“到期”；每一步都在期限内办完、结案以后{months}个月内"
    "同一家没有再查实同类问题的算“有效结案”。有效结案率 = 有效结案 ÷ 到期。不予受理的和受限的不算。"
)
QUOTE = "2个工作日内受理，2个工作日内分派，3个工作日内开始查处，15个工作日内办结"

WHAT_IS_MISSING = "请写一写发生了什么，最多2000字。"
WHERE_IS_MISSING = "请写明是哪家宝宝屋，或者在什么地方。"
NO_SUCH_DISTRICT = "请选择在哪个区。"
IN_THE_FUTURE = "这一天还没有到。请填事情发生的日期，记不清可以不填。"
NOTE_IS_MISSING = "请写明原因或情况，最多2000字。"
ANSWER_IS_MISSING = "请写一句给反映人的答复，最多500字。不要写内部的人名和过程。"
OUTCOME_IS_MISSING = "请选择处理结果。"
DEPARTMENT_IS_MISSING = "请选择由哪个部门经办。"
NO_SUCH_OFFICER = "请从名单里选择经办的人。"
NO_SUCH_LINK = "请选择要关联的检查、问题或报告。"
QUESTION_IS_MISSING = "请写清楚要宝宝屋说明什么，最多500字。不要写是谁反映的，也不要写孩子的名字。"
REPLY_IS_MISSING = "请写明情况，最多2000字。"
CONTACT_IS_TOO_LONG = "联系方式请写在100字以内。"
TOO_MANY_PHOTOS = "一次最多附 {most} 张照片，请去掉几张再交。"
PHOTO_IS_TOO_LARGE = (
    "“{name}”太大，一张照片不能超过 {megabytes} MB。请用手机直接拍照，或者压缩后再交。"
)
PHOTO_IS_NOT_ONE = "“{name}”：只能附 JPG、PNG 格式的照片。"
PHOTO_FAULT = "“{name}”：{fault}"
NO_HOUSE_TO_LOOK_AT = "还没有写明是哪家宝宝屋，不能安排检查。"
PHOTO_TERMS = (
    "最多 {most} 张，JPG 或 PNG，每张不超过 {megabytes} MB。照片里的位置等信息会自动去掉；"
    "请尽量不要拍到孩子的脸。"
)
UNNAMED = "这个文件"
LONGEST_NAME = 40
FOLLOW_AGAIN = "离开得久了，为了安全请再输入一次受理编码。"
NO_SUCH_CODE = "没有找到这个受理编码。请核对每一位，字母和数字都要对。"
TOO_OFTEN = "操作太频繁，请稍等一会儿再试。"
RESTRICTED_SERIES = "专"


def number_of(district: str, received_on: date, serial: int, *, is_restricted: bool) -> str:
    """How a case is called by those who work on it: 金-2026-0017; restricted, 金-专-2026-0003."""
    series = f"{district[:1]}-{RESTRICTED_SERIES}" if is_restricted else district[:1]
    return f"{series}-{received_on.year}-{serial:04d}"


def short_name(name: str) -> str:
    """A file's name as its sender knows it, without what cannot be seen, and not too long."""
    known = plain(name) or UNNAMED
    return known if len(known) <= LONGEST_NAME else f"{known[:LONGEST_NAME]}…"
