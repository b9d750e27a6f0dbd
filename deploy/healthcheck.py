"""Ask our own web server whether it lives; the container's health check."""

import http.client
import os
import sys

_SECONDS = 3


def main() -> int:
    """Return 0 if /livez answers 200."""
    port = os.environ.get("WEB_BIND", "127.0.0.1:8000").rpartition(":")[2]
    # A host that is not allowed is refused before the view.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=_SECONDS)
    try:
        connection.request("GET", "/livez", headers={"Host": host})
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
