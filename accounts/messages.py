"""What people read about accounts."""

from accounts.types import Role

ROLES: dict[Role, str] = {
    Role.OPERATOR: "街镇管理员",
    Role.PERSON_IN_CHARGE: "宝宝屋负责人",
    Role.CAREGIVER: "保育人员",
    Role.INSPECTOR: "教育局检查员",
    Role.SUPERVISION_LEAD: "教育局监管负责人",
    Role.HEALTH_OFFICER: "卫生健康委工作人员",
    Role.AUDITOR: "审计员",
}

# In allauth's own codes.
SIGN_IN_FAULTS = {
    "account_inactive": "这个账号已停用。",
    "phone_password_mismatch": "手机号或密码不对。",
    "enter_current_password": "请填写现在的密码。",
    "incorrect_code": "验证码不对，请再看一下短信。",
    "incorrect_password": "密码不对。",
    "phone_taken": "这个手机号已经被另一个账号使用。",
    "same_as_current": "这就是您现在的手机号。",
    "too_many_login_attempts": "试的次数太多了，请过几分钟再试。",
    "rate_limited": "操作太频繁，请稍等一会儿再试。",
}
