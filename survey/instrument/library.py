"""The questionnaires that come with the program: `library/*.yaml`, each named by its id."""

from functools import cache
from pathlib import Path

from survey.instrument.errors import DefinitionError
from survey.instrument.load import load_definition
from survey.instrument.model import Definition
from survey.instrument.reading import suggest

_FOLDER = Path(__file__).parent / "library"

LIBRARY: dict[str, Path] = {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}
"""Id -> file. The file is named as the definition's id."""


@cache
def load_builtin(name: str) -> Definition:
    """The built-in questionnaire of that id, always the same object.

    Raises DefinitionError if there is none of that id.
    """
    if name not in LIBRARY:
        message = f"there is no built-in questionnaire '{name}'"
        raise DefinitionError("library", None, message, suggest(name, LIBRARY, "There are"))
    return load_definition(LIBRARY[name])
