"""The error that is the user's to mend."""


class UserError(Exception):
    """The user's input is wrong, or a check failed: shown as one message, exit code 1.

    The message names the thing, says what was expected and what to do. Anything else that is
    raised is a bug in drpc.
    """
