"""What pages made of several apps put together."""

from portal.selectors.home import FamilyHome, Here, Nearby, family_home, nearby
from portal.selectors.system import SystemPage, system_page
from portal.selectors.work import WorkHome, work_home

__all__ = [
    "FamilyHome",
    "Here",
    "Nearby",
    "SystemPage",
    "WorkHome",
    "family_home",
    "nearby",
    "system_page",
    "work_home",
]
