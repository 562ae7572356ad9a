"""Simulation goes through the box, once per person, and only where it belongs."""

import numpy as np
import pytest
from boxkit import make_world

from survey.intake.errors import RefusedError
from survey.intake.people import answers_of_person
from survey.intake.simulate import simulate
from survey.release.ceremony import close_wave


def simulated(world, number, seed=7):
    return simulate(world.engine, world.config, world.now(), number, seed)


def test_what_is_opened_is_what_was_made_up(tmp_path):
    world = make_world(tmp_path, origin="simulated", access="codes")
    assert simulated(world, 60) == 60
    close_wave(world.engine, world.config, world.wave.slug)
    everyone = [answers_of_person(world.wave.definition, 7, i) for i in range(60)]
    assert np.array_equal(world.opened(), world.counted(everyone))


def test_the_same_people_count_once(tmp_path):
    world = make_world(tmp_path, origin="simulated")
    seen = []
    assert simulated(world, 30) == 30
    assert simulate(world.engine, world.config, world.wave, 50, 7, seen.append) == 20
    assert sum(seen) == 50
    assert simulated(world, 30, seed=8) == 30


@pytest.mark.parametrize("origin", ["survey", "imported"])
def test_made_up_answers_never_mix_with_others(tmp_path, origin):
    world = make_world(tmp_path, origin=origin)
    with pytest.raises(RefusedError, match="--origin simulated"):
        simulated(world, 1)
