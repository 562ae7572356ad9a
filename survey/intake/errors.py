"""What intake refuses. Every text is one sentence for a person, and quotes nobody's answer."""


class IntakeError(Exception):
    """A code, a file of answers or a wish for made-up ones cannot be used."""


class CodeError(IntakeError):
    """A code was mistyped, or codes cannot be made as asked."""


class TableError(IntakeError):
    """A file of answers cannot be read as a whole; says where and why."""


class RefusedError(IntakeError):
    """The wave does not take answers in this way."""
