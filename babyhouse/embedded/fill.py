"""What a new release and an empty database need before the portal starts, in one process."""

import django
from django.core.management import call_command

from babyhouse.embedded import commands


def main() -> None:
    """Run the commands as manage.py would, with one start of Django instead of five."""
    django.setup()
    for _python, _manage, name, *arguments in (
        commands.MIGRATE,
        commands.LOAD_REGULATIONS,
        commands.LOAD_CHECKLISTS,
        commands.LOAD_GUIDE,
        commands.SEED,
    ):
        call_command(name, *arguments)


if __name__ == "__main__":
    main()
