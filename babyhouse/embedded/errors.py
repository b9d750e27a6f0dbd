"""What is told to a person who cannot start the portal: one plain sentence, no traceback."""


class CannotStart(Exception):
    """A reason in plain words, with what to do about it."""
