"""What people read of the guide."""

from guide.types import AnswerFault, Audience

AUDIENCES = {
    Audience.FAMILY: "家长",
    Audience.OPERATOR: "办园者",
    Audience.PUBLIC: "群众",
}
SHIPPED = "平台"  # by whom the answers that come with the product are written
FAULTS = {
    AnswerFault.UNKNOWN_VALUE: "没有叫“{what}”的规定。请从下面的表里照抄大括号里的名称。",
    AnswerFault.TYPED_NUMBER: "“{what}”请不要直接写，从表里插入数值：规定改了，答案跟着变。",
    AnswerFault.UNKNOWN_CLAUSE: "没有“{what}”这一条款。",
    AnswerFault.NOTHING_TO_REST_ON: "请插入一个数值，或者选一个条款：每个答案都要写明依据。",
}
NOT_RULED = "{labels}：{place}没有规定。"
TITLE_MISSING = "请写问题。"
BODY_MISSING = "请写答案。"
DAYS_TURNED = "停用的日期不能早于启用的日期。"
TWO_PEOPLE = ("guide_two_people", "起草的人不能自己发布，请另一位同事看过以后发布。")
ONE_IS_LEAD = ("guide_one_is_lead", "起草和发布的两个人里，要有一位是督导负责人。")
DRAFT_CHANGED = ("guide_draft_changed", "您看过以后，草稿又改过。请看过现在的这一份再发布。")
DRAFT_IS_OVER = ("guide_draft_is_over", "这份草稿已经发布或撤下，请重新起草。")
PLAN_TITLE_MISSING = "请写方案的名称。"
PLAN_TEXT_MISSING = "请写方案的内容。"
MONTHS_TURNED = "月龄要从小到大。"
MONTHS_OUTSIDE = "宝宝屋照护的是满{least}月龄、未满{most}月龄的孩子，请改月龄。"
PLAN_BEGAN = "启用的日期不能早于今天。"
MONTHS = "{first}—{last}月龄"
