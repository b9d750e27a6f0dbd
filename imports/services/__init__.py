"""What may be done with a file: hand it in, let it be written, carry it out, forget it."""

from imports.services.carry_out import carry_out, jobs_waiting
from imports.services.forget import forget_files
from imports.services.hand_in import confirm, hand_in
from imports.services.take_out import export, template

__all__ = [
    "carry_out",
    "confirm",
    "export",
    "forget_files",
    "hand_in",
    "jobs_waiting",
    "template",
]
