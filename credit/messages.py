"""What people read of a 诚信档案."""

from credit.types import EntryKind

KINDS = {
    EntryKind.MISCONDUCT: "人员言行查实",
    EntryKind.FALSE_DATA: "登记的和看到的不符",
    EntryKind.SUSPENSION: "责令暂停服务",
    EntryKind.FINDING: "检查发现的问题",
    EntryKind.RECURRENCE: "整改后又被发现",
    EntryKind.ORDER_LATE: "整改逾期",
    EntryKind.COMPLAINT: "投诉查实",
    EntryKind.ORDER_ON_TIME: "按期整改",
    EntryKind.STAR: "星级",
    EntryKind.HONOR: "表彰",
}
WITHDRAWN = "更正后撤销，不计入"
UPHELD = "异议成立，不计入"
SAID_UPHELD = "异议成立，这一条不计入"
SAID_REFUSED = "异议不成立，这一条照旧计入"
TEXT_MISSING = "请写明哪里不对、依据是什么。"
REASON_MISSING = "请写明理由。"
TITLE_MISSING = "请写表彰的名称。"
GIVEN_BY_MISSING = "请写由谁表彰。"
IN_THE_FUTURE = "日期不能晚于今天。"
OBJECTED_ALREADY = ("credit_objected_already", "这一条已经提过异议，请等决定；决定后不再重复提。")
DECIDED_ALREADY = ("credit_decided_already", "这条异议已经有决定。")
OTHER_PERSON = (
    "credit_other_person",
    "这一条是您签字或办理的，异议要由另一位督导负责人决定。",
)
