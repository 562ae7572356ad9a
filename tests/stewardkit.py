"""Waves whose key stewards hold, with the words that nobody but a test has."""

import random
from dataclasses import dataclass, replace
from pathlib import Path

from boxkit import World, config_in, engine_in, new_wave

from survey.box.model import Quorum, StewardKey
from survey.box.stewards import Sheet, make_stewards
from survey.box.waves import create_wave


@dataclass(frozen=True)
class Held:
    """An installation with one wave, and its stewards' sheets."""

    world: World
    key: StewardKey
    sheets: tuple[Sheet, ...]

    def typed(self, *stewards: int) -> list[str]:
        """The words of these stewards, as they would type them."""
        return [typed(self.sheets[number - 1]) for number in stewards]


def typed(sheet: Sheet) -> str:
    """A sheet's words in one line."""
    return " ".join(sheet.words)


def make_held(folder: Path, threshold: int = 2, count: int = 3, slug: str = "north") -> Held:
    """A wave below that folder with such stewards."""
    key, sheets = make_stewards(slug, Quorum(threshold, count))
    config, engine = config_in(folder), engine_in(folder)
    new = replace(new_wave(slug, custody="stewards"), stewards=key)
    return Held(World(config, engine, create_wave(engine, config, new)), key, sheets)


def mistyped(text: str, position: int, word: str) -> str:
    """The words with another one at that position (from 1)."""
    words = text.split()
    words[position - 1] = word
    return " ".join(words)


def shuffled(text: str) -> str:
    """The same words in another order, the same each time."""
    words = text.split()
    random.Random(1).shuffle(words)
    return " ".join(words)
