"""Which languages of a wave somebody who speaks them has read, page by page.

A real wave is offered in its first language and in confirmed ones only: a wrong word in a question
about pay, or in what protects a worker, must not reach anybody because nobody looked.
"""

from sqlalchemy import Engine, select, update

from survey.box.errors import storing
from survey.box.layout import BoxError
from survey.box.model import Wave
from survey.instrument.model import Definition
from survey.store import tables


def require_translated(definition: Definition, languages: tuple[str, ...]) -> None:
    """Raises BoxError unless the definition has its texts in all of these languages."""
    for language in languages:
        if language not in definition.languages:
            raise BoxError(
                f"The questionnaire '{definition.id}' has no texts in '{language}', only in "
                f"{', '.join(definition.languages)}: choose one of these."
            )


def as_stored(definition: Definition, confirmed: set[str]) -> str:
    """Codes with commas between them, in the order of the definition, without its first."""
    return ",".join(code for code in definition.languages[1:] if code in confirmed)


def as_read(stored: str) -> tuple[str, ...]:
    """The codes of `as_stored`."""
    return tuple(code for code in stored.split(",") if code)


@storing()
def confirm_language(engine: Engine, wave: Wave, language: str, confirmed: bool) -> None:
    """Say that somebody who speaks it has read every page, or (False) take that back.

    Raises BoxError for a language that the wave has no texts in, FoldUnavailable where nothing
    could be stored.
    """
    require_translated(wave.definition, (language,))
    column, mine = tables.wave.c.languages_confirmed, tables.wave.c.id == wave.id
    with engine.begin() as connection:
        standing = set(as_read(connection.execute(select(column).where(mine)).scalar_one()))
        wanted = standing | {language} if confirmed else standing - {language}
        stored = as_stored(wave.definition, wanted)
        connection.execute(update(tables.wave).where(mine).values(languages_confirmed=stored))
