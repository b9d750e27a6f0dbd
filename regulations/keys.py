"""The name of every limit. A key without a row in data/, or a row without a key, fails a test."""

from enum import StrEnum


class LimitKey(StrEnum):
    """What the law, or the product where the law is silent, puts a number on."""

    # --- the child and the free 次
    FREE_SESSIONS_PER_CHILD_YEAR = "free_sessions_per_child_year"
    FREE_SESSION_MINUTES = "free_session_minutes"
    CHILD_AGE_MONTHS_MIN = "child_age_months_min"
    CHILD_AGE_MONTHS_MAX = "child_age_months_max"  # the third birthday is the first day too old
    # --- the room
    CHILDREN_PER_STAFF = "children_per_staff"  # 师幼比 1:5
    CLASS_SIZE_MAX = "class_size_max"
    AREA_M2_PER_HEAD = "area_m2_per_head"
    LIABILITY_INSURANCE_REQUIRED = "liability_insurance_required"
    FACILITY_NAME_RULE = "facility_name_rule"
    PUBLISHED_FEE_REQUIRED = "published_fee_required"
    # --- papers at admission
    SERVICE_AGREEMENT_REQUIRED = "service_agreement_required"
    CHILD_HEALTH_CHECK_REQUIRED = "child_health_check_required"
    CHILD_HEALTH_CHECK_VALID_MONTHS = "child_health_check_valid_months"
    HEALTH_HISTORY_REQUIRED = "health_history_required"  # 如实提供健康情况、既往病史
    GUARDIAN_CONSENT_REQUIRED = "guardian_consent_required"  # 个人信息保护法 第31条
    GUARDIAN_MAY_BOOK = "guardian_may_book"
    # --- booking: product decisions
    BOOKING_OPENS_DAYS_AHEAD = "booking_opens_days_ahead"
    BOOKING_OPENS_AT_HOUR = "booking_opens_at_hour"
    BOOKING_CLOSES_MINUTES_BEFORE = "booking_closes_minutes_before"
    LIVE_BOOKINGS_PER_CHILD_MAX = "live_bookings_per_child_max"
    CONSECUTIVE_SESSIONS_MAX = "consecutive_sessions_max"
    SESSIONS_PER_DAY_MAX = "sessions_per_day_max"  # 原则上不提供全日照护
    ONE_PLACE_AT_A_TIME = "one_place_at_a_time"
    SESSION_IS_OPEN = "session_is_open"  # not closed, suspended or in breach
    FREE_CANCEL_MINUTES_BEFORE = "free_cancel_minutes_before"
    LATE_CANCEL_REFUND_PERCENT = "late_cancel_refund_percent"
    WALKING_MINUTES_FOR_ALTERNATIVES = "walking_minutes_for_alternatives"
    # --- people at work
    COUNTED_ROLE_REQUIRED = "counted_role_required"  # only 保育人员 count toward 1:5
    STAFF_QUALIFICATION_REQUIRED = "staff_qualification_required"  # 育婴师、保育师等
    STAFF_HEALTH_CERTIFICATE_REQUIRED = "staff_health_certificate_required"
    STAFF_RECORD_CHECKS_REQUIRED = "staff_record_checks_required"  # 公安机关 and 检察院
    STAFF_ANNUAL_CERTIFICATE_REQUIRED = "staff_annual_certificate_required"
    STAFF_BAN = "staff_ban"  # nobody with a hit or a 终身禁入 works anywhere
    STAFF_ONE_PLACE_AT_A_TIME = "staff_one_place_at_a_time"
    STAFF_ON_LEAVE = "staff_on_leave"
    PERSON_IN_CHARGE_REQUIRED = "person_in_charge_required"
    HEALTH_WORKERS_REQUIRED = "health_workers_required"
    DAILY_WORK_HOURS_MAX = "daily_work_hours_max"
    WEEKLY_WORK_HOURS_MAX = "weekly_work_hours_max"
    TRAVEL_MINUTES_BETWEEN_HOUSES = "travel_minutes_between_houses"
    ROSTER_DUE_DAYS_BEFORE = "roster_due_days_before"
    ROSTER_OVERRIDE_DAYS_MAX = "roster_override_days_max"
    PAPER_REMINDER_FIRST_DAYS = "paper_reminder_first_days"
    PAPER_REMINDER_SECOND_DAYS = "paper_reminder_second_days"
    PAPER_REMINDER_THIRD_DAYS = "paper_reminder_third_days"
    PAPER_REMINDER_LAST_DAYS = "paper_reminder_last_days"
    BREACH_TO_SUBDISTRICT_MINUTES = "breach_to_subdistrict_minutes"
    BREACH_TO_DISTRICT_MINUTES = "breach_to_district_minutes"
    STAFF_PIN_TRIES_MAX = "staff_pin_tries_max"
    STAFF_PIN_LOCK_MINUTES = "staff_pin_lock_minutes"
    STAFF_MISSING_MINUTES = "staff_missing_minutes"  # after which no clock-in is an alarm
    # --- the door: product decisions
    ENTRY_BOOKING_REQUIRED = "entry_booking_required"  # of this house, for this day
    ENTRY_MINUTES_EARLY_MAX = "entry_minutes_early_max"
    ENTRY_MINUTES_LEFT_MIN = "entry_minutes_left_min"  # how late is too late to come
    ENTRY_TEMPERATURE_MAX = "entry_temperature_max"
    ENTRY_MORNING_CHECK = "entry_morning_check"  # 晨检: nothing that others may catch
    ENTRY_ALLERGY_READ = "entry_allergy_read"
    COLLECTOR_AUTHORIZED = "collector_authorized"
    COLLECTION_CODE_TRIES_MAX = "collection_code_tries_max"
    FORGOTTEN_CHECK_OUT_MINUTES = "forgotten_check_out_minutes"
    # --- the rest of the parameter table: shown on the rules page, used by later work
    CCTV_RETENTION_DAYS = "cctv_retention_days"
    TRAINING_SKILL_HOURS = "training_skill_hours"
    TRAINING_ETHICS_HOURS = "training_ethics_hours"
    CERTIFIED_STAFF_PERCENT = "certified_staff_percent"
    RECORD_CHECK_VALID_MONTHS = "record_check_valid_months"
    LESSON_MINUTES = "lesson_minutes"  # 1 课时
    TRAINING_YEAR_MONTHS = "training_year_months"  # what a joiner's share is reckoned by
    RANDOM_CHECKS_PER_MONTH = "random_checks_per_month"
    FIELD_VISITS_PER_FACILITY_YEAR = "field_visits_per_facility_year"
    SITE_SUPPLY_PERCENT = "site_supply_percent"
    SUBDISTRICT_COVERAGE_PERCENT = "subdistrict_coverage_percent"
    INCLUSIVE_COVERAGE_PERCENT = "inclusive_coverage_percent"  # 街镇 with a 普惠点 (静安)
    COMMUNITY_COVERAGE_PERCENT = "community_coverage_percent"  # 滨江
    INCLUSIVE_SHARE_PERCENT = "inclusive_share_percent"  # the other 85%
    PLACES_PER_1000 = "places_per_1000"
    PLACES_PER_1000_NEW_AREAS = "places_per_1000_new_areas"
    PLACES_PER_1000_BUILT_AREAS = "places_per_1000_built_areas"
    GUIDANCE_PER_FAMILY_YEAR = "guidance_per_family_year"
    GUIDANCE_OFFLINE_PER_FAMILY_YEAR = "guidance_offline_per_family_year"
    ONLINE_GUIDANCE_COVERAGE_PERCENT = "online_guidance_coverage_percent"
    NEWBORN_HOME_VISITS = "newborn_home_visits"
    DISTRICT_GUIDANCE_EVENTS_YEAR = "district_guidance_events_year"
    KINDERGARTEN_TODDLER_CLASS_PERCENT = "kindergarten_toddler_class_percent"
    COMMUNITY_DOCTOR_VISITS_MONTH = "community_doctor_visits_month"
    PUBLIC_NOTICE_WORKDAYS = "public_notice_workdays"
    DEMO_CITY_NATIONAL_PERCENT = "demo_city_national_percent"
    DEMO_CITY_QUOTA_PERCENT = "demo_city_quota_percent"
    LIFETIME_BAN_SCOPE = "lifetime_ban_scope"
    LEAD_REGULATOR = "lead_regulator"
    SUBSIDY_PERCENT = "subsidy_percent"
    # --- registers and incidents
    CCTV_AREAS_COVERED = "cctv_areas_covered"
    CCTV_LINKED = "cctv_linked"
    ALARM_LINKED = "alarm_linked"
    SUSPECTED_HARM_REPORT_REQUIRED = "suspected_harm_report_required"
    DATA_BREACH_NOTICE_REQUIRED = "data_breach_notice_required"
    CYBER_INCIDENT_REPORT_HOURS = "cyber_incident_report_hours"
    REGISTER_VIDEO_TEST_DAYS = "register_video_test_days"
    REGISTER_ALARM_TEST_DAYS = "register_alarm_test_days"
    REGISTER_EQUIPMENT_CHECK_DAYS = "register_equipment_check_days"
    REGISTER_TOY_CHECK_DAYS = "register_toy_check_days"
    REGISTER_WATER_TEST_DAYS = "register_water_test_days"
    REGISTER_WASHING_CHECK_DAYS = "register_washing_check_days"
    REGISTER_FIRE_CHECK_DAYS = "register_fire_check_days"
    REGISTER_PLAN_REVIEW_MONTHS = "register_plan_review_months"
    REGISTER_DRILL_MONTHS = "register_drill_months"
    REGISTER_REMIND_DAYS = "register_remind_days"
    INCIDENT_GUARDIANS_MINUTES = "incident_guardians_minutes"
    INCIDENT_HELP_MINUTES = "incident_help_minutes"
    INCIDENT_SUBDISTRICT_MINUTES = "incident_subdistrict_minutes"
    INCIDENT_EDUCATION_MINUTES = "incident_education_minutes"
    INCIDENT_EDUCATION_ORDINARY_MINUTES = "incident_education_ordinary_minutes"
    INCIDENT_HEALTH_MINUTES = "incident_health_minutes"
    INCIDENT_HARM_MINUTES = "incident_harm_minutes"
    INCIDENT_BREACH_MINUTES = "incident_breach_minutes"
    INCIDENT_ESCALATION_MINUTES = "incident_escalation_minutes"
    # --- draws of inspections: product decisions
    DRAW_INSPECTORS_PER_VISIT = "draw_inspectors_per_visit"
    DRAW_HOUSES_PERCENT = "draw_houses_percent"
    DRAW_CONTROL_PERCENT = "draw_control_percent"
    DRAW_PLANNED_BY_DAY = "draw_planned_by_day"
    RISK_LOOKBACK_DAYS = "risk_lookback_days"
    RISK_POINTS_OPEN_BREACH = "risk_points_open_breach"
    RISK_POINTS_PAST_BREACH = "risk_points_past_breach"
    RISK_POINTS_UNINSURED = "risk_points_uninsured"
    RISK_POINTS_MONTH_UNVISITED = "risk_points_month_unvisited"
    # --- complaints, publication and stars: product decisions, but for STAR_RATING
    CASE_ACCEPT_WORKDAYS = "case_accept_workdays"
    CASE_ASSIGN_WORKDAYS = "case_assign_workdays"
    CASE_START_WORKDAYS = "case_start_workdays"
    CASE_HANDLE_WORKDAYS = "case_handle_workdays"
    CASE_EXTEND_WORKDAYS = "case_extend_workdays"
    CASE_HARM_WORKDAYS = "case_harm_workdays"
    CASE_ESCALATION_WORKDAYS = "case_escalation_workdays"
    CASE_REPLY_WORKDAYS = "case_reply_workdays"
    CASE_RECURRENCE_MONTHS = "case_recurrence_months"
    CASE_PHOTOS_MAX = "case_photos_max"
    CASE_PHOTO_MEGABYTES_MAX = "case_photo_megabytes_max"
    CASE_FOLLOW_MINUTES = "case_follow_minutes"
    PUBLICATION_DELAY_WORKDAYS = "publication_delay_workdays"
    PUBLIC_COUNT_MIN = "public_count_min"
    STAR_WEIGHT_SELF = "star_weight_self"
    STAR_WEIGHT_PAIRED = "star_weight_paired"
    STAR_WEIGHT_JOINT = "star_weight_joint"
    STAR_ONE_POINTS = "star_one_points"
    STAR_TWO_POINTS = "star_two_points"
    STAR_THREE_POINTS = "star_three_points"
    STAR_FOUR_POINTS = "star_four_points"
    STAR_FIVE_POINTS = "star_five_points"
    STAR_SEVERE_CAP = "star_severe_cap"
    BRIEF_EVERY_MONTHS = "brief_every_months"
    STAR_RATING = "star_rating"  # 星级: written for 托育机构, by extension
    # --- 整改: product decisions
    ORDER_ORDINARY_WORKDAYS = "order_ordinary_workdays"
    ORDER_SERIOUS_WORKDAYS = "order_serious_workdays"
    ORDER_SEVERE_WORKDAYS = "order_severe_workdays"
    ORDER_EXTENSIONS_MAX = "order_extensions_max"
    ORDER_EXTENSION_WORKDAYS = "order_extension_workdays"
    ORDER_RECURRENCE_MONTHS = "order_recurrence_months"
    ORDER_ESCALATION_WORKDAYS = "order_escalation_workdays"
