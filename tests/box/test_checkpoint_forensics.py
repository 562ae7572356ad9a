"""All backups of a wave with checkpoints, all keys there are: sums of many answers, no more.

The attacker has every backup, copied all files after every commit, and in the end also got the
private key and the last state key. The attacks are in forensics_kit.py, and those on the files of
PostgreSQL in pgfiles.py.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from checkpoint_wave import ANSWERS, Case, answer, inside, loot, make, opened, run
from forensics_kit import carve, is_a_sum, pieces
from pgfiles import copier_of, installations, toasted

from survey.box.checkpoint import LEAST
from survey.box.close import close_box


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("case")
    if request.param == "sqlite":
        yield closed(run(make(folder), pieces))
        return
    server = request.getfixturevalue("postgres")
    with installations(server):
        copier = copier_of(server)
        ran = run(make(folder), copier)
        copier.apart = 1
        ran.copies.add(copier(ran.world))
        yield closed(ran)
        ran.world.engine.dispose()


def closed(case: Case) -> Case:
    close_box(case.world.engine, case.world.config, case.world.now(), "2026-11")
    return case


def everything(case: Case) -> bytes:
    """All that was copied; what PostgreSQL cuts into chunks is put together."""
    return b"".join((*case.copies.pieces, *toasted(case.copies.pieces)))


def test_all_backups_and_the_closed_box_yield_only_sums_of_many(case: Case) -> None:
    """With the stewards' key: every state that there is, and every difference of two of them."""
    world = case.world
    totals = {b.responses: opened(world, b) for b in case.backups}
    totals |= {ANSWERS: world.opened(), 0: np.zeros(world.wave.layout.size, np.uint32)}
    assert len(case.backups) == 6
    for responses, total in totals.items():
        assert (total == world.counted([answer(n) for n in range(responses)])).all()
    between = [abs(one - two) for one, two in combinations(totals, 2)]
    assert min(between) >= LEAST


def test_seeds_of_backups_split_noise_in_no_other_way(case: Case) -> None:
    """A masked total less the masks of another checkpoint, in whatever direction, is noise."""
    world = case.world
    for one, two in combinations(case.backups, 2):
        assert set(one.seeds) < set(two.seeds)
        wrong = two.masked.copy()
        for mask in loot(world).masks(one.seeds):
            wrong -= mask
        assert not is_a_sum(wrong, ANSWERS)
        right = two.masked - one.masked
        for mask in loot(world).masks(sorted(set(two.seeds) - set(one.seeds))):
            right -= mask
        assert int(right.max()) <= two.responses - one.responses >= LEAST


def test_all_that_was_copied_opens_to_one_state_the_last(case: Case) -> None:
    """Boxes of all moments lie in the pieces, with the key of what waits in them."""
    assert len(set(case.blobs)) == len(case.blobs) > 50
    assert len(case.copies.first_seen([blob[:1000] for blob in case.blobs])) == len(case.blobs)
    states = carve(everything(case), case.loot.binding, case.loot.keys)
    assert {state.responses for state in states} == {ANSWERS}
    assert {state.checkpoint_key for state in states} == {case.waited[-1][1]}


def test_each_that_waited_had_a_key_of_its_own(case: Case) -> None:
    """All have the same nonce: two under one key would differ by what lies between them."""
    assert len(case.waited) == len(case.backups) + 1
    for number, (body, _) in enumerate(case.waited):
        opens = [inside(case.world, body, key) is not None for _, key in case.waited]
        assert [at for at, does in enumerate(opens) if does] == [number]


def test_no_key_is_in_anything_that_was_copied(case: Case) -> None:
    """Of no state, and of no checkpoint that waited, which all lie there."""
    keys = [*case.keys, *(key for _, key in case.waited)]
    assert len(set(keys)) == len(keys) > 50
    assert case.copies.first_seen(keys) == {}
    assert len(case.copies.first_seen([body[:64] for body, _ in case.waited])) == len(case.waited)
