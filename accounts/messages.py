"""What people read about accounts."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.types import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ROLES: "dict[Role, _StrPromise]" = {
    Role.OPERATOR: _("街镇管理员"),
    Role.PERSON_IN_CHARGE: _("宝宝屋负责人"),
    Role.CAREGIVER: _("保育人员"),
    Role.INSPECTOR: _("教育局检查员"),
    Role.SUPERVISION_LEAD: _("教育局监管负责人"),
    Role.HEALTH_OFFICER: _("卫生健康委工作人员"),
    Role.POLICE_OFFICER: _("公安检查人员"),
    Role.FIRE_OFFICER: _("消防救援检查人员"),
    Role.MARKET_OFFICER: _("市场监管检查人员"),
    Role.AUDITOR: _("审计员"),
}

# In allauth's own codes.
SIGN_IN_FAULTS = {
    "account_inactive": _("这个账号已停用。"),
    "phone_password_mismatch": _("手机号或密码不对。"),
    "enter_current_password": _("请填写现在的密码。"),
    "incorrect_code": _("验证码不对，请再看一下短信。"),
    "incorrect_password": _("密码不对。"),
    "phone_taken": _("这个手机号已经被另一个账号使用。"),
    "same_as_current": _("这就是您现在的手机号。"),
    "too_many_login_attempts": _("试的次数太多了，请过几分钟再试。"),
    "rate_limited": _("操作太频繁，请稍等一会儿再试。"),
}
