"""kill -9 at any moment: no acknowledged answer is lost, none counts twice, no old key is left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from boxkit import DATABASE, World, ballot, make_world, wide_definition

from survey.box.close import close_box
from survey.box.fold import Outcome, fold_many
from survey.box.recover import recover
from survey.box.slots import Slots

HERE = Path(__file__).parent


def storm(world: World, kills: int, seed: int, processes: int) -> dict[str, list[int]]:
    """Run storm.py; one thread only, as it forks."""
    paths = os.pathsep.join(str(p) for p in (HERE.parents[1], HERE.parent))
    environment = os.environ | {"PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    environment |= {DATABASE: world.config.database_url}
    given = (world.config.data.parent, world.wave.layout.size, kills, seed, processes)
    command = [sys.executable, str(HERE / "storm.py"), *map(str, given)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, list[int]] = json.loads(done.stdout)
    return found


def resend(world: World, numbers: list[int]) -> list[Outcome]:
    """What a worker does who never saw the thank-you page."""
    responses = ((np.array([number]), ballot(number)) for number in numbers)
    return list(fold_many(world.engine, world.config, world.wave, responses))


def weather(folder: Path, kills: int, seed: int, processes: int = 2) -> None:
    """A storm, and everything that must hold after it."""
    world = make_world(folder, definition=wide_definition(questions=20))
    cells = world.wave.layout.size
    world.engine.dispose()
    found = storm(world, kills, seed, processes)
    assert found["wrong"] == []
    assert found["killed"] >= kills
    assert len(found["acknowledged"]) > kills / 10

    assert recover(world.engine, world.config) == ()
    slots = Slots(world.config.state_keys, "north")
    assert [slots.read(0), slots.read(1)].count(None) == 1

    missing = sorted(set(range(cells)) - set(found["acknowledged"]))
    outcomes = set(resend(world, missing))
    assert outcomes <= {Outcome.COUNTED, Outcome.ALREADY}
    assert set(resend(world, found["acknowledged"])) == {Outcome.ALREADY}
    closed = close_box(world.engine, world.config, world.now(), "2026-11")
    assert closed.responses == cells
    assert (world.opened() == 1).all()


@pytest.mark.parametrize("processes", [2, 4])
def test_hundreds_of_kills(each_store: str, tmp_path: Path, processes: int) -> None:
    weather(tmp_path, kills=60 if each_store == "sqlite" else 40, seed=1, processes=processes)


@pytest.mark.long
@pytest.mark.parametrize("processes", [2, 4])
@pytest.mark.parametrize("seed", range(3))
def test_thousands_of_kills(each_store: str, tmp_path: Path, seed: int, processes: int) -> None:
    weather(tmp_path, kills=1000, seed=seed, processes=processes)
