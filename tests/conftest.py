"""What all tests share."""

import os
from collections.abc import Iterator

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def _no_texts_were_sent() -> Iterator[None]:
    """Leave the file of sent texts empty, which the transactions of the tests do not take back."""
    (settings.DATA_DIR / "sms.jsonl").unlink(missing_ok=True)
    yield
    (settings.DATA_DIR / "sms.jsonl").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Leave the test database where it is when its whole server is thrown away with the run.

    A browser's or a killed worker's last connection may outlive the last test by a moment; asking
    PostgreSQL to drop the database under it would be an error about nothing.
    """
    own_server = "babyhouse-test-" in os.environ.get("DATA_DIR", "")
    return own_server or bool(request.config.getoption("reuse_db", default=False))
