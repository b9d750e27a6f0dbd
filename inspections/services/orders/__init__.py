"""What may be done to a 整改 order. One verb for each use case."""

from inspections.services.orders.decide import (
    ask_recheck,
    close_order,
    extend_order,
    send_back,
    withdraw_order,
)
from inspections.services.orders.escalate import escalate_orders
from inspections.services.orders.issue import follow_result, issue_order, issue_orders
from inspections.services.orders.judge import judge_orders
from inspections.services.orders.mend import ask_extension, claim_done, plan_rectification
from inspections.services.orders.recheck import record_recheck, schedule_recheck
from inspections.services.orders.suspend import suspend_by_order

__all__ = [
    "ask_extension",
    "ask_recheck",
    "claim_done",
    "close_order",
    "escalate_orders",
    "extend_order",
    "follow_result",
    "issue_order",
    "issue_orders",
    "judge_orders",
    "plan_rectification",
    "record_recheck",
    "schedule_recheck",
    "send_back",
    "suspend_by_order",
    "withdraw_order",
]
