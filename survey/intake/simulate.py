"""Made-up answers, folded like any ballot; only into waves that say they are made up."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from survey.box.fold import Ballots, Outcome, fold_many
from survey.box.layout import cells_of
from survey.box.model import Wave
from survey.config import Config
from survey.intake.ballots import ballot_hash, name_of
from survey.intake.people import answers_of_person
from survey.intake.replay import count_outcomes, require_origin
from survey.web.secret import load_or_create_secret


def simulate(
    engine: Engine,
    config: Config,
    wave: Wave,
    number: int,
    seed: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> int:
    """Let the first `number` people of `seed` answer; returns how many were counted.

    The same seed makes the same people, and each of them counts once, so the same call again counts
    nobody. Raises RefusedError unless the wave is open and its origin is "simulated".
    """
    require_origin(wave, "simulated", "Made-up answers")
    secret = load_or_create_secret(config.secret_file)
    responses = _responses(secret, wave, number, seed)
    outcomes = count_outcomes(fold_many(engine, config, wave, responses), wave, progress)
    return outcomes.count(Outcome.COUNTED)


def _responses(
    secret: bytes, wave: Wave, number: int, seed: int
) -> Iterator[tuple[NDArray[np.intp], Ballots]]:
    for index in range(number):
        answers = answers_of_person(wave.definition, seed, index)
        ballot = ballot_hash(secret, name_of(wave), "simulate", f"{seed}/{index}".encode())
        yield cells_of(wave.layout, answers), Ballots(ballot)
