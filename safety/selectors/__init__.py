"""Reading registers and incidents."""

from safety.selectors.coverage import video_coverage
from safety.selectors.houses import houses_kept_by
from safety.selectors.incidents import incident_for, incidents_seen_by, open_incidents
from safety.selectors.overview import houses_of
from safety.selectors.registers import overdue_registers, registers_of

__all__ = [
    "houses_kept_by",
    "houses_of",
    "incident_for",
    "incidents_seen_by",
    "open_incidents",
    "overdue_registers",
    "registers_of",
    "video_coverage",
]
