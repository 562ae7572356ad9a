"""The made-up worksites of the built-in questionnaires, and a campaign's own in their place. Pure
but for reading the built-in files."""

import io
import re
import unicodedata
import zlib
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from survey.instrument.library import LIBRARY, load_builtin
from survey.instrument.load import parse_definition
from survey.instrument.model import Definition, say
from survey.instrument.reading import MAX_ID

QUESTION = "worksite"
BREAKDOWN = "site"
KEPT = ("community", "several")
"""Answers of the built-in question that suit every campaign."""
ELSEWHERE = "elsewhere"
"""Their group."""


def made_up_sites(definition: Definition) -> tuple[str, ...]:
    """The worksites that nobody works at and that this questionnaire still asks about."""
    example = {site for name in LIBRARY for site in _sites(load_builtin(name))}
    return tuple(site for site in _sites(definition) if site in example)


def site_names(typed: str) -> tuple[str, ...]:
    """One name a line."""
    return tuple(name for line in typed.splitlines() if (name := " ".join(line.split())))


def site_id(name: str) -> str:
    """The same for the same name in every wave, so that waves can be compared."""
    letters = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")
    taken = {*KEPT, ELSEWHERE, ""}
    readable = letters.isascii() and len(plain) <= MAX_ID and plain not in taken
    return plain if readable else f"site-{zlib.crc32(name.encode()):08x}"


@lru_cache(maxsize=8)
def with_sites(builtin: str, names: tuple[str, ...]) -> str:
    """A built-in questionnaire (YAML) that asks about these worksites, called so in each language.

    Their ids differ. Raises DefinitionError where they are too many, or a name is too long.
    """
    yaml = YAML()
    yaml.width = 4096
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(LIBRARY[builtin].read_text(encoding="utf-8"))
    questions = (q for section in tree["sections"] for q in section["questions"])
    options = next(q for q in questions if q["id"] == QUESTION)["options"]
    site = tree["breakdowns"][BREAKDOWN]
    for old in [option for option in options if option not in KEPT]:
        del options[old], site["groups"][old], site["labels"][old]
    for at, name in enumerate(names):  # a group of one answer is called as that answer
        options.insert(at, site_id(name), dict.fromkeys(tree["languages"], name))
        site["groups"].insert(at, site_id(name), CommentedSeq([site_id(name)]))
        site["groups"][site_id(name)].fa.set_flow_style()
    out = io.StringIO()
    yaml.dump(tree, out)
    parse_definition(out.getvalue(), "questionnaire")
    return out.getvalue()


def _sites(definition: Definition) -> tuple[str, ...]:
    """The worksites that the questionnaire asks about, in its first language."""
    asked = (q for q in definition.questions if q.id == QUESTION)
    return tuple(say(o.label, "en") for q in asked for o in q.options if o.id not in KEPT)
