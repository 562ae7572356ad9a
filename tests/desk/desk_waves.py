"""A wave to run from the desk, and people who answer it."""

import os
from collections.abc import Callable

import pytest
from factories import EXAMPLE
from sqlalchemy import Engine

from survey.box.codes import issue_codes
from survey.box.fold import Ballots, fold_many
from survey.box.layout import cells_of
from survey.box.waves import NewWave, Wave, create_wave
from survey.config import Config
from survey.intake.people import answers_of_person

Make = Callable[..., Wave]


@pytest.fixture
def make_wave(engine: Engine, config: Config) -> Make:
    """make_wave(answers=40, access="codes"): an open wave "fall" that so many people answered."""

    def make(answers: int = 0, slug: str = "fall", **more: str) -> Wave:
        new = NewWave(slug, EXAMPLE, "harbor", "Bright Harbor", **more)
        wave = create_wave(engine, config, new)
        codes = [os.urandom(32) if wave.access == "codes" else None for _ in range(answers)]
        if wave.access == "codes":
            issue_codes(engine, wave, [code for code in codes if code])
        people = [answers_of_person(wave.definition, 1, i) for i in range(answers)]
        responses = (
            (cells_of(wave.layout, person), Ballots(os.urandom(32), code))
            for person, code in zip(people, codes, strict=True)
        )
        assert len(list(fold_many(engine, config, wave, responses))) == answers
        return wave

    return make


@pytest.fixture
def wave(make_wave: Make) -> Wave:
    """An open wave with codes, answered by 43 people."""
    return make_wave(43)
