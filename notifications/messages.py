"""What people read. One table from a kind of news to its words; a test proves it complete.

A title and body are for the inbox and e-mail. An SMS passes through other people's systems and
shows on a locked screen: it names no child, and nothing of a child's health stands in any of them.
Nor does it carry what somebody typed, a name least of all: it bears our signature and is believed.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.types import Channel, Kind

SIGNATURE = "【宝宝屋】"


@dataclass(frozen=True, slots=True)
class Words:
    """The templates of one kind; `{name}` is taken from the payload, `{code}` from the secret."""

    title: str
    body: str
    sms: str


@dataclass(frozen=True, slots=True)
class Text:
    """A message as one person reads it."""

    title: str
    body: str
    sms: str
    url: str


SENTENCES: dict[Kind, Words] = {
    Kind.BOOKED: Words(
        "预约成功",
        "{child}约好了{house}，{when}。到门口出示预约码就行。",
        "您在{house}的预约（{when}）已成功。",
    ),
    Kind.CANCELLED_BY_FAMILY: Words(
        "预约已取消",
        "{child}在{house}的预约（{when}）已取消。{given_back}",
        "您在{house}的预约（{when}）已取消。",
    ),
    Kind.CANCELLED_BY_HOUSE: Words(
        "宝宝屋取消了预约",
        "很抱歉，{house}取消了{child}的预约（{when}）：{reason}。{given_back}",
        "很抱歉，{house}取消了您的预约（{when}），免费次数和费用全部退回。",
    ),
    Kind.REMINDER_TOMORROW: Words(
        "明天去宝宝屋",
        "{child}明天去{house}：{when}。去不了的话，请尽早取消，把位子让给别的孩子。",
        "提醒：您明天在{house}有预约（{when}）。去不了请尽早取消。",
    ),
    Kind.REMINDER_TWO_HOURS: Words(
        "快到时间了",
        "{child}在{house}的预约快开始了：{when}。请带好随身物品，准时到。",
        "提醒：您在{house}的预约快开始了（{when}）。",
    ),
    Kind.OFFER: Words(
        "有空位了",
        "{house}（{when}）空出一个位子，为{child}留到{until}，请在此之前确认。",
        "{house}（{when}）有空位，为您留到{until}，请登录确认。",
    ),
    Kind.SERIES_DATE_BOOKED: Words(
        "每周预约：这次约上了",
        "{child}的每周预约又约上一次：{house}，{when}。",
        "每周预约又约上一次：{house}，{when}。",
    ),
    Kind.SERIES_DATE_REFUSED: Words(
        "每周预约：这次没约上",
        "{child}的每周预约有一次没有约上：{house}，{when}。打开可以看原因，和能改约的时间。",
        "每周预约有一次没有约上：{house}，{when}。请登录查看原因。",
    ),
    Kind.WALKED_IN: Words(
        "现场登记成功",
        "{house}为{child}现场登记了{when}的照护。如不是您或家人带去的，请马上致电宝宝屋。",
        "{house}为您的孩子现场登记了{when}的照护。如有不符，请致电宝宝屋。",
    ),
    Kind.CHILD_ARRIVED: Words(
        "孩子到了",
        "{child}{when}到了{house}。送来的人：{person}。",
        "孩子{when}已到{house}。",
    ),
    Kind.CHILD_LEFT: Words(
        "孩子接走了",
        "{child}{when}离开了{house}。接走的人：{person}。",
        "孩子{when}已从{house}接走。如有不符，请马上致电宝宝屋。",
    ),
    Kind.CHILD_LEFT_BY_GUESS: Words(
        "离开时间由系统推定",
        "{house}没有登记{child}离开的时间，系统按预约结束的时间推定为{when}。"
        "如有不符，请联系宝宝屋更正。",
        "{house}没有登记孩子离开的时间，系统推定为{when}。请登录查看。",
    ),
    Kind.STAY_CORRECTED: Words(
        "在屋记录更正了",
        "{house}更正了{child}{when}的在屋记录。更正前后的记录都保留着，打开可以看。",
        "{house}更正了孩子{when}的在屋记录，请登录查看。",
    ),
    Kind.MOVED_NEARBY: Words(
        "改到附近的宝宝屋",
        "原来那家人手不够，{child}的时间不变（{when}），改在{house}，已经约好。不合适可以免费取消。",
        "您的预约（{when}）改在{house}，时间不变，不合适可以免费取消。",
    ),
    Kind.ROOM_CHANGED: Words(
        "换了教室",
        "{child}在{house}的时间不变（{when}），改在{room}。老师会一起过去。",
        "您在{house}的预约（{when}）改在另一间教室，时间不变。",
    ),
    Kind.SHORT_OF_STAFF: Words(
        "人手不够",
        "{house} {room}（{when}）有{children}个孩子，需要{needed}名计入人员，只有{counted}名。"
        "请看补救办法，或写明正在怎么处理。",
        "{house}（{when}）照护人手不够，请登录处理。",
    ),
    Kind.SHORT_OF_STAFF_STILL: Words(
        "人手不够，还没有人处理",
        "{house} {room}（{when}）有{children}个孩子，需要{needed}名计入人员，只有{counted}名，"
        "到现在还没有人答复。请督促处理。",
        "{house}（{when}）照护人手不够，尚未处理，请登录查看。",
    ),
    Kind.AGREEMENT_TO_SIGN: Words(
        "请签服务协议",
        "{house}请您为{child}签一份服务协议，签好就能预约。",
        "{house}请您签服务协议，签好就能预约。请登录办理。",
    ),
    Kind.HEALTH_CHECK_ACCEPTED: Words(
        "材料审核通过",
        "{child}的入托材料已经通过审核，有效期到{through}。",
        "您提交的入托材料已通过审核。",
    ),
    Kind.HEALTH_CHECK_REJECTED: Words(
        "材料需要重新提交",
        "{child}的入托材料没有通过审核，请打开查看原因，重新提交。",
        "您提交的入托材料需要重新提交，请登录查看。",
    ),
    Kind.HEALTH_CHECK_EXPIRING: Words(
        "材料快到期",
        "{child}的入托材料有效期到{through}。过期以后就不能预约了，请提前更新。",
        "您的入托材料有效期到{through}，请提前更新。",
    ),
    Kind.GUARDIAN_INVITED: Words(
        "邀请您一起照看",
        "有家人邀请您在宝宝屋一起照看{child}。同意以后，您也能看到和管理预约。",
        "有家人邀请您在宝宝屋一起照看孩子。用本手机号登录或注册后即可接受。",
    ),
    Kind.GUARDIAN_JOINED: Words(
        "多了一位家人",
        "{person}现在是{child}的家人，权限：{right}。",
        "孩子多了一位家人，请登录查看。",
    ),
    Kind.GUARDIAN_RIGHT_CHANGED: Words(
        "家人的权限有变化",
        "{person}照看{child}的权限已改为：{right}。",
        "家人的权限有变化，请登录查看。",
    ),
    Kind.GUARDIAN_ENDED: Words(
        "少了一位家人",
        "{person}不再是{child}的家人，看不到{child}的资料和预约了。",
        "孩子少了一位家人，请登录查看。",
    ),
    Kind.VISIT_ASSIGNED: Words(
        "有一次检查要去",
        "您被安排去{house}检查（{what}），日期是{when}。去不了的话，请尽早告诉督导负责人。",
        "您有一次检查任务，请登录查看。",
    ),
    Kind.DRAW_VALUE_DUE: Words(
        "可以录入随机数了",
        "{what}的随机数应该已经公布。请定名单以外的另一人录入。",
        "双随机抽取的随机数可以录入了，请登录办理。",
    ),
    Kind.DRAW_MISSING: Words(
        "本月还没有双随机抽取",
        "{what}还没有定名单。请先冻结名单，再等事先说好的随机数。",
        "本月还没有双随机抽取，请登录办理。",
    ),
    Kind.RESULTS_ROOT: Words(
        "检查结果今天的校验值",
        "到{day}，签字的检查结果共{count}份，校验值：{root}。请把这条消息留在系统以外；以后核对，"
        "哪一份改过都看得出来。",
        "检查结果今天的校验值已经记下，请登录查看并另外保存。",
    ),
    Kind.RESULTS_TAMPERED: Words(
        "检查结果和签字时不一样",
        "核对签字的检查结果，有{count}处和签字时不一样。请马上请系统管理员查明"
        "（运行 verify_visits）。",
        "核对检查结果发现不一致，请马上登录查看。",
    ),
    Kind.REGISTERS_DUE: Words(
        "有自查到期",
        "{house}有 {count} 项自查要做：{what}。做完请登记。",
        "{house}有自查到期，请登录登记。",
    ),
    Kind.INCIDENT_REPORTED: Words(
        "突发事件报告",
        "{house}报告了一起{grade}事件（{when}）。请在{until}前打开查看并登记收悉。",
        "{house}报告了一起突发事件（{when}），请登录查看。",
    ),
    Kind.INCIDENT_OVERDUE: Words(
        "突发事件还没有告知",
        "{house}的一起突发事件（{when}）有应当告知的一方，到{until}还没有告知。请马上处理。",
        "{house}的突发事件（{when}）到{until}还有一方没有告知，请登录处理。",
    ),
    Kind.INCIDENT_RESTRICTED: Words(
        "收到一份受限报告",
        "有一份只有您能查看的报告。请马上打开处理，不要转告其他人。",
        "您有一份受限报告，请马上登录处理。",
    ),
    Kind.INCIDENT_RESTRICTED_OVERDUE: Words(
        "受限报告还没有处理",
        "一份只有您能查看的报告，到{until}还有一方没有告知。请马上打开处理。",
        "您的受限报告到{until}还没有处理，请马上登录。",
    ),
    Kind.CASE_RECEIVED: Words(
        "收到一件举报投诉",
        "有人反映：{what}。请打开看清，在期限内受理。",
        "收到一件举报投诉，请登录受理。",
    ),
    Kind.CASE_ASSIGNED: Words(
        "有一件举报投诉由您经办",
        "{what}分派给您经办，请在{until}前开始查处。",
        "有一件举报投诉由您经办，请登录查看。",
    ),
    Kind.CASE_OVERDUE: Words(
        "有一件举报投诉过了期限",
        "{what}的期限是{until}，已经过了。请马上办理。",
        "有一件举报投诉过了期限，请登录办理。",
    ),
    Kind.CASE_ANSWERED: Words(
        "您反映的事情有答复了",
        "您反映的事情已经办结，请打开看答复。",
        "您反映的事情有答复了，请登录查看。",
    ),
    Kind.CASE_PROGRESS: Words(
        "您反映的事情有进展",
        "您反映的事情{said}。打开可以看进展，也可以补充情况。",
        "您反映的事情有进展，请登录查看。",
    ),
    Kind.CASE_NEWS: Words(
        "举报投诉有新情况",
        "{what}：{said}。请打开看清。",
        "一件举报投诉有新情况，请登录查看。",
    ),
    Kind.CASE_QUESTION: Words(
        "请说明一个情况",
        "{house}：区里有一个问题请您说明，{said}，期限是{until}。",
        "区里有一个问题请您说明，请登录答复。",
    ),
    Kind.PLAN_ISSUED: Words(
        "下发了保教活动方案",
        "区教育局下发了《{title}》（{months}），{day}起用。请读过以后登记。",
        "区教育局下发了新的保教活动方案，请登录阅读并登记。",
    ),
    Kind.ANSWER_TO_PUBLISH: Words(
        "有一条问答等您发布",
        "{person}写好了问答“{title}”，要由另一人看过再发布。请打开看清，发布或退下。",
        "有一条问答等您看过发布，请登录办理。",
    ),
    Kind.CREDIT_OBJECTED: Words(
        "宝宝屋对诚信档案提出异议",
        "{house}认为诚信档案里的一条不对。请打开看理由，写明决定。",
        "{house}对诚信档案提出异议，请登录办理。",
    ),
    Kind.CREDIT_DECIDED: Words(
        "诚信档案的异议有决定了",
        "{house}对诚信档案提出的异议：{said}。打开可以看理由。",
        "{house}对诚信档案的异议有决定了，请登录查看。",
    ),
    Kind.BRIEF_SENT: Words(
        "收到一份部门通报",
        "区教育部门发来{when}的部门通报，请打开看清，登记收悉。",
        "您部门收到一份通报，请登录查看并登记收悉。",
    ),
    Kind.VISIT_TO_JOIN: Words(
        "有一次联合检查请您部门参加",
        "{house}的联合检查（{when}）{said}。请打开看清，在“我的检查”里加入或填写。",
        "有一次联合检查请您部门参加，请登录查看。",
    ),
    Kind.RESULT_TO_COUNTERSIGN: Words(
        "有一份检查结果等您签字",
        "{person}已经在{house}的检查结果上签字。请您核对以后签字，有不对的可以退回。",
        "有一份检查结果等您签字，请登录办理。",
    ),
    Kind.ORDER_ISSUED: Words(
        "收到整改单",
        "{house}有一项要整改：{what}。请先写整改计划，在{until}以前改好，并等再检查。",
        "{house}收到一份整改单，请登录办理。",
    ),
    Kind.ORDER_MOVED: Words(
        "整改有进展",
        "{house}的整改（{what}）：{said}。",
        "{house}的整改有进展，请登录查看。",
    ),
    Kind.ORDER_OVERDUE: Words(
        "整改逾期",
        "{house}的整改（{what}）应在{until}以前办结，现在{said}。请尽快处理。",
        "{house}有整改逾期，请登录处理。",
    ),
    Kind.RISK_RAISED: Words(
        "风险预警升级",
        "{house}的风险预警升到“{level}”：{what}。请打开看清原因，尽快处理。",
        "{house}的风险预警升级，请登录查看。",
    ),
    Kind.SHADOW_CHOSEN: Words(
        "这次检查请您独立打分",
        "{house}{when}的检查抽中了两人分别打分。请按同一份清单单独回答，签字前不看别人的回答。",
        "有一次检查请您独立打分，请登录查看。",
    ),
    Kind.STAFF_PAPER_EXPIRING: Words(
        "人员证件快到期",
        "{person}的{paper}有效期到{through}。到期以后可能不再计入师幼比，请提前办好新的并登记。",
        "有人员的证件快到期，请登录查看。",
    ),
    Kind.MY_PAPER_EXPIRING: Words(
        "您的证件快到期",
        "您的{paper}有效期到{through}。请提前办好新的，交给宝宝屋登记。",
        "您的证件快到期，请登录查看。",
    ),
    Kind.ROSTER_DUE: Words(
        "下周的排班还没有发布",
        "{house}从{monday}开始的一周还没有发布排班。请尽快排好发布。",
        "{house}下周的排班还没有发布，请登录办理。",
    ),
    Kind.CODE_SMS: Words(
        "验证码",
        "您的验证码已经用短信发出。",
        "您的验证码是 {code}，{minutes} 分钟内有效。请不要告诉任何人。",
    ),
    Kind.ACCOUNT_EXISTS_SMS: Words(
        "您已经有账号",
        "这个手机号已经注册过。",
        "您的手机号已经注册过，请直接登录。如果不是您本人操作，不用理会。",
    ),
    Kind.UNKNOWN_ACCOUNT_SMS: Words(
        "还没有账号",
        "这个手机号还没有注册。",
        "有人用您的手机号登录，但它还没有注册。要使用请先注册；如果不是您本人操作，不用理会。",
    ),
}


def needs(kind: Kind, channel: Channel) -> set[str]:
    """The names that the words of this kind take from the payload on this channel."""
    words = SENTENCES[kind]
    templates = [words.sms] if channel is Channel.SMS else [words.title, words.body]
    found = {name for text in templates for _, name, _, _ in string.Formatter().parse(text) if name}
    return found - {"code"}


def missing(kind: Kind, channel: Channel, payload: Mapping[str, Any]) -> set[str]:
    """The names that a payload lacks."""
    return needs(kind, channel) - set(payload)


def written(kind: Kind, payload: Mapping[str, Any], *, code: str = "") -> Text:
    """Write a message. What an unused template lacks stays blank."""
    words = SENTENCES[kind]
    values = _Blanks(payload, code=code)
    return Text(
        title=words.title.format_map(values),
        body=words.body.format_map(values),
        sms=SIGNATURE + words.sms.format_map(values),
        url=_inside(payload.get("url", "")),
    )


def _inside(url: object) -> str:
    """An address of the portal itself, or nothing: no message leads elsewhere."""
    text = str(url)
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else ""


class _Blanks(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""
