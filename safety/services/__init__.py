"""Writing registers and incidents. One verb, one transaction, one trace each."""

from safety.services.close_incident import close_incident
from safety.services.escalate import escalate_duties
from safety.services.looks import record_look
from safety.services.note import add_note
from safety.services.registers import add_item, record_check, retire_item
from safety.services.remind import remind_of_registers
from safety.services.report import report_incident
from safety.services.tell import record_told

__all__ = [
    "add_item",
    "add_note",
    "close_incident",
    "escalate_duties",
    "record_check",
    "record_look",
    "record_told",
    "remind_of_registers",
    "report_incident",
    "retire_item",
]
