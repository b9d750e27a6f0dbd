"""People who are told things."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from notifications.types import Channel, Kind, Notice

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

# What the words of any kind may ask for.
FACTS: dict[str, Any] = {
    "root": "0f" * 32,
    "day": "2026年11月22日",
    "child": "王一诺",
    "house": "石化一村宝宝屋",
    "when": "11月23日 周一 09:00–10:00",
    "given_back": "退回 1 次免费次数。",
    "reason": "保育人员临时请假",
    "until": "11月22日 周日 18:00",
    "through": "2027年1月31日",
    "person": "王小梅",
    "right": "可预约",
    "minutes": 5,
    "room": "小苗班",
    "said": "已制定方案",
    "children": 6,
    "needed": 2,
    "counted": 1,
    "paper": "育婴师",
    "monday": "11月30日周一",
    "grade": "较大",
    "what": "主出入口摄像头（过期 3 天）",
    "count": 2,
    "title": "冬天的户外活动",
    "months": "24—35月龄",
    "level": "预警",
    "url": "/me/",
}


@pytest.fixture
def parent(db: None) -> Any:
    people = get_user_model().objects
    return people.create_user("13811110001", name="王小梅", email="mei@example.com")


@pytest.fixture
def other_parent(db: None) -> Any:
    people = get_user_model().objects
    return people.create_user("13811110002", name="李强", email="qiang@example.com")


def a_notice(person: Any = None, **more: Any) -> Notice:
    """News for a person in the portal, due now; whatever is given replaces its part."""
    facts: dict[str, Any] = {
        "key": "booked:1:in_app",
        "kind": Kind.BOOKED,
        "recipient_id": person.pk if person else None,
        "channel": Channel.IN_APP,
        "run_at": NOW,
        "payload": FACTS,
        **more,
    }
    return Notice(**facts)
