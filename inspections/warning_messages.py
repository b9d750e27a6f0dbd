"""What people read of 风险预警."""

from inspections.warning_types import Level

LEVELS = {Level.HIGH: "预警", Level.ATTENTION: "关注", Level.NONE: "正常"}
NO_WORDS = "请写明准备怎么做。"
LONGEST_WORDS = 300
TOO_LONG = f"请写在{LONGEST_WORDS}字以内。"
