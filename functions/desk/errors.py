"""Every error the desk raises on purpose.

DeskError
├── Invalid          the caller sent something that cannot be accepted; says which field and why
├── Forbidden        the caller may not do this
├── NotFound         no such thing, or not for this caller
├── Conflict         somebody else changed it first: read again and retry
├── AlreadyDone      an event or task seen before; success for whoever repeats it
└── Unavailable      something outside does not answer: the queue tries again later
"""


class DeskError(Exception):
    """Base of all errors raised on purpose. The message never holds personal data."""


class Invalid(DeskError):
    """Input that cannot be accepted.

    `field` names what is wrong (a JSON path such as `body.status`), `code` is stable for programs.
    """

    def __init__(self, message: str, *, field: str = "", code: str = "invalid") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class Forbidden(DeskError):
    """The caller is known but may not do this."""


class NotFound(DeskError):
    """No such thing."""


class Conflict(DeskError):
    """A version check failed: another writer was first."""


class AlreadyDone(DeskError):
    """A duplicate of work that is already committed."""


class Unavailable(DeskError):
    """A peer does not answer or asks to wait; trying again later is right."""
