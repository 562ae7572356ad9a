"""What can be wrong with a definition or a headcount file."""


class DefinitionError(Exception):
    """A definition cannot be used. str() is one line: where, what is wrong, what to write instead.

    `line` counts from 1; None where no line is to blame. `message` and `fix` end without a period.
    """

    def __init__(self, file: str, line: int | None, message: str, fix: str) -> None:
        self.file = file
        self.line = line
        self.message = message
        self.fix = fix
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {message}. {fix}.")

    def __reduce__(self) -> tuple[type, tuple[str, int | None, str, str]]:
        """Survive pickling, which calls the class with `args` (here one string) by default."""
        return type(self), (self.file, self.line, self.message, self.fix)
