"""Configuration of applications that are not ours."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFilesConfig(StaticFilesConfig):
    """Leaves out Tabler's extras: nobody uses them, and some name pictures that are not there."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "tabler-*"]
