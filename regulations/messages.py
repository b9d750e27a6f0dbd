"""How the law is put to people: a label for each key, a word for each code."""

from datetime import date
from decimal import Decimal

from regulations.keys import LimitKey as K
from regulations.types import AppliesTo, Basis, Comparison, GovernedBy, Limit, Standing, Strength

PLACES = {
    "310116": "上海市金山区",
    "310106": "上海市静安区",
    "310000": "上海市",
    "330108": "杭州市滨江区",
    "100000": "全国",
}
# What the page offers; the last one only to compare with.
CHOICES = ("310116", "310106", "310000", "330108")

TOPICS: dict[str, dict[K, str]] = {
    "孩子和免费照护": {
        K.FREE_SESSIONS_PER_CHILD_YEAR: "每个孩子每年的免费照护",
        K.FREE_SESSION_MINUTES: "一次免费照护的时长",
        K.CHILD_AGE_MONTHS_MIN: "孩子最小多大",
        K.CHILD_AGE_MONTHS_MAX: "孩子最大多大",
    },
    "房间和设施": {
        K.CHILDREN_PER_STAFF: "每名从业人员照护的孩子（师幼比）",
        K.CLASS_SIZE_MAX: "一个班的孩子",
        K.AREA_M2_PER_HEAD: "人均使用面积",
        K.LIABILITY_INSURANCE_REQUIRED: "责任险",
        K.FACILITY_NAME_RULE: "宝宝屋的名称",
        K.CCTV_RETENTION_DAYS: "监控录像保存",
        K.PUBLISHED_FEE_REQUIRED: "收费标准的公示",
    },
    "入屋要带的材料": {
        K.SERVICE_AGREEMENT_REQUIRED: "服务协议",
        K.CHILD_HEALTH_CHECK_REQUIRED: "健康检查合格证明",
        K.CHILD_HEALTH_CHECK_VALID_MONTHS: "健康检查合格证明的有效期",
        K.HEALTH_HISTORY_REQUIRED: "如实提供健康情况和既往病史",
        K.GUARDIAN_CONSENT_REQUIRED: "监护人同意处理孩子的个人信息",
        K.GUARDIAN_MAY_BOOK: "谁可以预约",
    },
    "预约和取消": {
        K.BOOKING_OPENS_DAYS_AHEAD: "提前几天开放预约",
        K.BOOKING_OPENS_AT_HOUR: "几点开放预约",
        K.BOOKING_CLOSES_MINUTES_BEFORE: "开始前多久停止预约",
        K.LIVE_BOOKINGS_PER_CHILD_MAX: "每个孩子同时有效的预约",
        K.CONSECUTIVE_SESSIONS_MAX: "连续照护的时段",
        K.SESSIONS_PER_DAY_MAX: "一天照护的时段",
        K.ONE_PLACE_AT_A_TIME: "同一时间的预约",
        K.SESSION_IS_OPEN: "时段正常开放",
        K.FREE_CANCEL_MINUTES_BEFORE: "多久以前取消不扣次",
        K.LATE_CANCEL_REFUND_PERCENT: "逾时取消退还的费用",
        K.WALKING_MINUTES_FOR_ALTERNATIVES: "推荐附近宝宝屋的步行距离",
    },
    "进门和接走": {
        K.ENTRY_BOOKING_REQUIRED: "凭预约入屋",
        K.ENTRY_MINUTES_EARLY_MAX: "最早提前多久入屋",
        K.ENTRY_MINUTES_LEFT_MIN: "最晚什么时候入屋",
        K.ENTRY_TEMPERATURE_MAX: "入屋时的体温",
        K.ENTRY_MORNING_CHECK: "入屋晨检",
        K.ENTRY_ALLERGY_READ: "入屋前核对过敏情况",
        K.COLLECTOR_AUTHORIZED: "谁可以接走孩子",
        K.COLLECTION_CODE_TRIES_MAX: "一次性接人码可以输错几次",
        K.FORGOTTEN_CHECK_OUT_MINUTES: "忘记登记离开的，多久后由系统推定",
    },
    "照护人员": {
        K.COUNTED_ROLE_REQUIRED: "计入师幼比的岗位",
        K.STAFF_QUALIFICATION_REQUIRED: "专业资格证书",
        K.STAFF_HEALTH_CERTIFICATE_REQUIRED: "从业人员的健康合格证明",
        K.STAFF_RECORD_CHECKS_REQUIRED: "违法犯罪记录查询的渠道",
        K.STAFF_ANNUAL_CERTIFICATE_REQUIRED: "年度培训合格证书",
        K.STAFF_BAN: "违法犯罪记录和从业禁止",
        K.PERSON_IN_CHARGE_REQUIRED: "负责人",
        K.HEALTH_WORKERS_REQUIRED: "卫生保健人员",
        K.TRAINING_SKILL_HOURS: "每年综合技能培训",
        K.TRAINING_ETHICS_HOURS: "每年职业道德教育",
        K.CERTIFIED_STAFF_PERCENT: "持证上岗率",
        K.RECORD_CHECK_VALID_MONTHS: "违法犯罪记录查询的间隔",
        K.LESSON_MINUTES: "一课时的时长",
        K.TRAINING_YEAR_MONTHS: "年内入职的，培训课时怎么折算",
        K.LIFETIME_BAN_SCOPE: "虐童等行为的从业禁止",
    },
    "排班": {
        K.STAFF_ONE_PLACE_AT_A_TIME: "一个人同一时间的排班",
        K.TRAVEL_MINUTES_BETWEEN_HOUSES: "两处排班之间的路程时间",
        K.STAFF_ON_LEAVE: "请假期间的排班",
        K.DAILY_WORK_HOURS_MAX: "一个人一天的工作时间",
        K.WEEKLY_WORK_HOURS_MAX: "一个人一周的工作时间",
        K.ROSTER_DUE_DAYS_BEFORE: "排班提前几天发布",
        K.ROSTER_OVERRIDE_DAYS_MAX: "逐周批准例外的时长",
        K.STAFF_PIN_TRIES_MAX: "打卡密码可以连续输错",
        K.STAFF_PIN_LOCK_MINUTES: "输错以后多久不能用密码打卡",
        K.STAFF_MISSING_MINUTES: "没有打卡多久按不在岗计",
        K.BREACH_TO_SUBDISTRICT_MINUTES: "师幼比不足多久报街镇",
        K.BREACH_TO_DISTRICT_MINUTES: "师幼比不足多久报区",
        K.PAPER_REMINDER_FIRST_DAYS: "证件到期的第一次提醒",
        K.PAPER_REMINDER_SECOND_DAYS: "证件到期的第二次提醒",
        K.PAPER_REMINDER_THIRD_DAYS: "证件到期的第三次提醒",
        K.PAPER_REMINDER_LAST_DAYS: "证件到期的最后一次提醒",
    },
    "检查和监管": {
        K.RANDOM_CHECKS_PER_MONTH: "每月“双随机”检查",
        K.FIELD_VISITS_PER_FACILITY_YEAR: "每家每年实地巡查",
        K.DRAW_INSPECTORS_PER_VISIT: "双随机检查每次的检查人员",
        K.DRAW_HOUSES_PERCENT: "双随机每次抽取的比例",
        K.DRAW_CONTROL_PERCENT: "双随机中不看风险、等概率抽取的比例",
        K.DRAW_PLANNED_BY_DAY: "双随机每月最迟哪天定名单",
        K.RISK_LOOKBACK_DAYS: "风险分回看的天数",
        K.RISK_POINTS_OPEN_BREACH: "风险分：正在发生的师幼比不足",
        K.RISK_POINTS_PAST_BREACH: "风险分：已结束的师幼比不足",
        K.RISK_POINTS_UNINSURED: "风险分：责任险已经失效",
        K.RISK_POINTS_MONTH_UNVISITED: "风险分：距上次检查的整月数",
        K.WARNING_DAYS: "风险预警回看的天数",
        K.WARNING_SHORTAGE_MINUTES: "风险预警：师幼比不足累计多少分钟",
        K.WARNING_PAPER_DAYS: "风险预警：证件提前多少天算快到期",
        K.WARNING_INSURANCE_DAYS: "风险预警：责任险提前多少天算快到期",
        K.WARNING_CORRECTIONS: "风险预警：签退更正多少次",
        K.WARNING_CASES: "风险预警：举报投诉或突发事件增多",
        K.WARNING_ATTENTION_POINTS: "风险预警：多少分起列为关注",
        K.WARNING_HIGH_POINTS: "风险预警：多少分起列为预警",
        K.RISK_POINTS_SHORTAGE: "风险分：师幼比不足的时长",
        K.RISK_POINTS_UNANSWERED: "风险分：师幼比不足没有人答复",
        K.RISK_POINTS_PAPER: "风险分：证件失效或快到期",
        K.RISK_POINTS_INSURANCE_ENDING: "风险分：责任险快到期",
        K.RISK_POINTS_REGISTER: "风险分：自查和演练逾期",
        K.RISK_POINTS_ORDER: "风险分：整改逾期",
        K.RISK_POINTS_SEVERE_ORDER: "风险分：未结的严重整改",
        K.RISK_POINTS_CASES: "风险分：举报投诉增多",
        K.RISK_POINTS_INCIDENTS: "风险分：突发事件增多",
        K.RISK_POINTS_CORRECTIONS: "风险分：签退更正多",
        K.RISK_POINTS_VISITS_BEHIND: "风险分：检查落在全年进度后面",
        K.LIFT_VISITS_MIN: "比较风险抽取和等概率抽取时，每边最少几次检查",
        K.SHADOW_PERCENT: "两人分别打分的检查占多少",
        K.SHADOW_MINUTES: "第二人最迟在第一人签字后多久签字",
        K.KAPPA_PERCENT_MIN: "两人一致程度低于多少要改写检查项目",
        K.KAPPA_PAIRS_MIN: "一个检查项目最少比较几次",
        K.ORDER_ORDINARY_WORKDAYS: "整改期限：一般",
        K.ORDER_SERIOUS_WORKDAYS: "整改期限：较重",
        K.ORDER_SEVERE_WORKDAYS: "整改期限：严重",
        K.ORDER_EXTENSIONS_MAX: "整改延期的次数",
        K.ORDER_EXTENSION_WORKDAYS: "整改延期的长短",
        K.ORDER_RECURRENCE_MONTHS: "整改后又被发现的回看",
        K.ORDER_ESCALATION_WORKDAYS: "整改逾期逐级上报的间隔",
        K.ORDER_EVIDENCE_DAYS: "按登记的数据判定整改要看的服务日",
        K.COMMUNITY_DOCTOR_VISITS_MONTH: "社区医生每月进园",
        K.LEAD_REGULATOR: "牵头主管部门",
    },
    "安全防控": {
        K.CCTV_AREAS_COVERED: "视频监控覆盖的区域",
        K.CCTV_LINKED: "视频监控联网",
        K.ALARM_LINKED: "紧急报警装置",
        K.REGISTER_VIDEO_TEST_DAYS: "视频监控自查的间隔",
        K.REGISTER_ALARM_TEST_DAYS: "紧急报警装置测试的间隔",
        K.REGISTER_EQUIPMENT_CHECK_DAYS: "设施设备检查维护的间隔",
        K.REGISTER_TOY_CHECK_DAYS: "玩具检查的间隔",
        K.REGISTER_WATER_TEST_DAYS: "饮用水检测的间隔",
        K.REGISTER_WASHING_CHECK_DAYS: "盥洗设备检查的间隔",
        K.REGISTER_FIRE_CHECK_DAYS: "消防安全检查的间隔",
        K.REGISTER_PLAN_REVIEW_MONTHS: "应急预案修订的间隔",
        K.REGISTER_DRILL_MONTHS: "应急演练的间隔",
        K.REGISTER_REMIND_DAYS: "自查到期前的提醒",
    },
    "突发事件": {
        K.SUSPECTED_HARM_REPORT_REQUIRED: "疑似侵害未成年人的报告",
        K.DATA_BREACH_NOTICE_REQUIRED: "个人信息泄露的通知",
        K.CYBER_INCIDENT_REPORT_HOURS: "较大以上网络安全事件的报告",
        K.INCIDENT_GUARDIANS_MINUTES: "告知家长的时限",
        K.INCIDENT_HELP_MINUTES: "报警求助的时限",
        K.INCIDENT_SUBDISTRICT_MINUTES: "报告街镇的时限",
        K.INCIDENT_EDUCATION_MINUTES: "较大以上事件报告区教育局的时限",
        K.INCIDENT_EDUCATION_ORDINARY_MINUTES: "一般事件报告区教育局的时限",
        K.INCIDENT_HEALTH_MINUTES: "报告区卫健委的时限",
        K.INCIDENT_HARM_MINUTES: "疑似侵害报告的时限",
        K.INCIDENT_BREACH_MINUTES: "个人信息泄露通知的时限",
        K.INCIDENT_ESCALATION_MINUTES: "没有告知时逐级上报的间隔",
    },
    "举报投诉和公布": {
        K.CASE_ACCEPT_WORKDAYS: "举报投诉受理的时限",
        K.CASE_ASSIGN_WORKDAYS: "举报投诉分派的时限",
        K.CASE_START_WORKDAYS: "举报投诉开始查处的时限",
        K.CASE_HANDLE_WORKDAYS: "举报投诉查处的时限",
        K.CASE_EXTEND_WORKDAYS: "举报投诉延长的时限",
        K.CASE_HARM_WORKDAYS: "疑似侵害举报每一步的时限",
        K.CASE_ESCALATION_WORKDAYS: "举报投诉逾期多久再次提醒",
        K.CASE_REPLY_WORKDAYS: "宝宝屋说明情况的时限",
        K.CASE_RECURRENCE_MONTHS: "举报投诉结案后又查实的回看",
        K.CASE_PHOTOS_MAX: "一次反映最多附几张照片",
        K.CASE_PHOTO_MEGABYTES_MAX: "反映时一张照片最大多少",
        K.CASE_FOLLOW_MINUTES: "凭受理编码查看的时间",
        K.PUBLICATION_DELAY_WORKDAYS: "检查结果签字后多久公布",
        K.PUBLIC_COUNT_MIN: "公布的人数和件数最少是多少",
        K.CREDIT_ENTRY_MONTHS: "诚信档案的记录展示多久",
        K.CREDIT_GRAVE_MONTHS: "诚信档案的严重记录展示多久",
        K.STAR_WEIGHT_SELF: "星级：自查占的比重",
        K.STAR_WEIGHT_PAIRED: "星级：结对诊断占的比重",
        K.STAR_WEIGHT_JOINT: "星级：联合评估占的比重",
        K.STAR_ONE_POINTS: "一星的分数线",
        K.STAR_TWO_POINTS: "二星的分数线",
        K.STAR_THREE_POINTS: "三星的分数线",
        K.STAR_FOUR_POINTS: "四星的分数线",
        K.STAR_FIVE_POINTS: "五星的分数线",
        K.STAR_SEVERE_CAP: "有严重问题时最高几星",
        K.BRIEF_EVERY_MONTHS: "向有关部门反馈基本情况的间隔",
        K.STAR_RATING: "星级评定",
    },
    "各区的供给": {
        K.SITE_SUPPLY_PERCENT: "宝宝屋托额占1—3岁常住幼儿",
        K.SUBDISTRICT_COVERAGE_PERCENT: "街镇覆盖率",
        K.INCLUSIVE_COVERAGE_PERCENT: "街镇普惠性托育点覆盖率",
        K.COMMUNITY_COVERAGE_PERCENT: "社区覆盖率",
        K.INCLUSIVE_SHARE_PERCENT: "普惠性机构占托育机构",
        K.PLACES_PER_1000: "每千人口托位",
        K.PLACES_PER_1000_NEW_AREAS: "新建居住区每千人口托位",
        K.PLACES_PER_1000_BUILT_AREAS: "已建成居住区每千人口托位",
        K.KINDERGARTEN_TODDLER_CLASS_PERCENT: "开设托班的幼儿园",
        K.SUBSIDY_PERCENT: "按实际收托人数的补助",
    },
    "科学育儿指导": {
        K.GUIDANCE_PER_FAMILY_YEAR: "每个家庭每年的指导（线上线下合计）",
        K.GUIDANCE_OFFLINE_PER_FAMILY_YEAR: "每个家庭每年的线下指导",
        K.ONLINE_GUIDANCE_COVERAGE_PERCENT: "线上指导覆盖率",
        K.NEWBORN_HOME_VISITS: "新生儿家庭上门指导",
        K.DISTRICT_GUIDANCE_EVENTS_YEAR: "区级线下指导活动",
    },
    "示范创建": {
        K.PUBLIC_NOTICE_WORKDAYS: "公示时间",
        K.DEMO_CITY_NATIONAL_PERCENT: "推荐为国家示范城市的区",
        K.DEMO_CITY_QUOTA_PERCENT: "命名为市级示范区的区",
    },
}
LABELS = {key: label for labels in TOPICS.values() for key, label in labels.items()}
TOPIC_OF = {key: topic for topic, labels in TOPICS.items() for key in labels}

STRENGTHS = {
    Strength.MANDATORY: "硬性",
    Strength.PRINCIPLE: "原则上",
    Strength.ENCOURAGED: "鼓励",
}
COMPARISONS = {
    Comparison.AT_MOST: "不超过",
    Comparison.AT_LEAST: "不少于",
    Comparison.STATED: "",
}
KINDS_OF_PLACE = {
    AppliesTo.BABY_HOUSE: "宝宝屋",
    AppliesTo.CHILDCARE_INSTITUTION: "托育机构",
    AppliesTo.TODDLER_CLASS: "幼儿园托班",
    AppliesTo.DISTRICT: "区和街镇",
}
MOMENTS = {
    GovernedBy.CARE: "以照护当天的规定为准",
    GovernedBy.BOOKING: "以预约时的规定为准",
}
STANDINGS = {
    Standing.IN_FORCE: "现行",
    Standing.PERIOD_OVER: "期限已过，没有看到后续规定，作为参照保留",
    Standing.REPLACED: "已被后来的规定替换",
    Standing.DRAFT: "征求意见稿，只作比较",
}
SHORT_STANDINGS = {
    Standing.IN_FORCE: "现行",
    Standing.PERIOD_OVER: "期限已过",
    Standing.REPLACED: "已替换",
    Standing.DRAFT: "征求意见稿",
}
NO_RULE = "没有规定"

BASES = {
    Basis.BY_LETTER: "按原文",
    Basis.BY_EXTENSION: "参照适用",
    Basis.PRODUCT_DECISION: "产品约定",
}

# Why a step in a limit's life is refused: the rule's name and what would do.
TWO_PEOPLE = ("two_people", "录入的人不能核定自己录入的数值，请另一位同事核定。")
ONLY_DRAFTS = (
    "only_drafts_are_approved",
    "只有待核定的数值可以核定；已核定的请录入新的一条来替换。",
)
ONLY_READY = ("only_ready_is_superseded", "只有已核定、未被替换的数值可以替换。")
SAME_SLOT = ("same_slot", "替换的数值必须是同一地区、同一对象的同一项规定。")
NOT_BEFORE = ("not_before", "新的数值不能早于被替换的数值生效；请把生效日期改晚。")
NO_OVERLAP = ("no_overlap", "这段时间已有核定的数值，请用“替换”，或者改生效日期。")


def number(value: Decimal) -> str:
    """Write a number without needless zeros.

    >>> number(Decimal("12.00")), number(Decimal("4.50")), number(Decimal("100"))
    ('12', '4.5', '100')
    """
    return f"{value.normalize():f}"


def amount(limit: Limit) -> str:
    """Write what a limit states, e.g. “不少于 12 次”."""
    if limit.value is None:
        return limit.words or NO_RULE
    if limit.words:
        return limit.words
    unit = limit.unit if limit.unit == "%" else f" {limit.unit}"
    return f"{COMPARISONS[limit.comparison]} {number(limit.value)}{unit}".strip()


def day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def period(limit: Limit) -> str:
    """Write from when to when a limit is stated."""
    if limit.valid_through is None:
        return f"{day(limit.valid_from)}起"
    return f"{day(limit.valid_from)}至{day(limit.valid_through)}"


def source(limit: Limit) -> str:
    """Name the document with its 文号."""
    if limit.is_product_decision:
        return limit.clause.document
    title = f"《{limit.clause.document}》"
    return f"{title}（{limit.clause.number}）" if limit.clause.number else title
