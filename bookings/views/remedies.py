"""Where a child's missing papers are mended."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from regulations.keys import LimitKey


def remedies_for(child: str, lacks: Iterable[str], subdistrict: str) -> list[tuple[str, str]]:
    """What is to be done for a child that lacks papers, and the address: (words, address).

    `subdistrict` is the code of the 街镇 whose agreement counts: the house's.
    """
    pages = {
        LimitKey.GUARDIAN_CONSENT_REQUIRED: (
            _("确认授权同意"),
            reverse("families:consents", args=[child]),
        ),
        LimitKey.SERVICE_AGREEMENT_REQUIRED: (
            _("阅读并签署服务协议"),
            reverse("families:agreement_of", args=[child, subdistrict]),
        ),
        LimitKey.HEALTH_HISTORY_REQUIRED: (
            _("填写健康情况"),
            reverse("families:history", args=[child]),
        ),
        LimitKey.CHILD_HEALTH_CHECK_REQUIRED: (
            _("上传健康检查证明"),
            reverse("families:health_check", args=[child]),
        ),
    }
    missing = set(lacks)
    return [page for rule, page in pages.items() if rule in missing]
