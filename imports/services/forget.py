"""Not keeping people's papers for longer than they are of use."""

from datetime import datetime, timedelta

from imports.bounds import DAYS_A_FILE_IS_KEPT
from imports.models import ImportJob


def forget_files(*, now: datetime) -> int:
    """Empty files, and what was told of them, a month after they were done with; how many."""
    until = now - timedelta(days=DAYS_A_FILE_IS_KEPT)
    return ImportJob.objects.filter(finished_at__lt=until, forgotten_at__isnull=True).update(
        content=b"", told=b"", forgotten_at=now
    )
