"""Every byte of every moment, the private key and the last state key: one total, nothing earlier.

The attacker copied the data folder after each commit (a backup each minute, a seized disk image
with its write-ahead log), and later got everything there is to get. The attacks are in
forensics_kit.py; here is what is particular to SQLite.
"""

import struct
from pathlib import Path

import numpy as np
import pytest
from boxkit import hashed
from forensics_kit import PAGE, carve, keys_that_open, pieces, windows
from forensics_wave import (
    ANSWERS,
    Case,
    answer,
    check_that_all_together_yields_one_total,
    check_that_hashes_leave_together,
    fold,
    run,
    shuffled_in_flushes,
    wave,
)

from survey.box import commit
from survey.box.slots import KEY
from survey.box.state import FLUSH


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return run(wave(tmp_path_factory.mktemp("case")), range(ANSWERS), pieces)


def test_it_is_a_wave_worth_attacking(case: Case) -> None:
    assert case.answered[-1] == ANSWERS
    assert len(case.keys) == len(case.answered) > 60
    sizes = set(np.diff([0, *case.answered]))
    assert {0, 1, 7} < sizes
    assert max(sizes) > FLUSH


def test_all_that_was_copied_opens_to_one_state_the_last(case: Case) -> None:
    """Blobs of all moments lie in the pieces: in pages, in log frames, in what was freed."""
    everything = b"".join(case.copies.pieces)
    assert all(blob in everything for blob in case.blobs)
    assert len(set(case.blobs)) == len(case.blobs)
    assert len({len(blob) for blob in case.blobs}) == 1
    opened = [case.loot.open(blob) is not None for blob in case.blobs]
    assert opened == [False] * (len(opened) - 1) + [True]
    assert {s.responses for s in carve(everything, case.loot.binding, case.loot.keys)} == {ANSWERS}


def test_each_state_had_its_own_key_and_none_was_ever_in_the_data_folder(case: Case) -> None:
    assert len(set(case.keys)) == len(case.keys)
    assert case.copies.first_seen(case.keys) == {}
    left = b"".join(p.read_bytes() for p in case.world.config.state_keys.iterdir())
    assert [key in left for key in case.keys] == [False] * (len(case.keys) - 1) + [True]


def test_nothing_that_was_copied_is_the_key_of_an_old_state(case: Case) -> None:
    """Blindly, at every eighth byte; at every byte below."""
    assert keys_that_open(windows(case.copies.pieces, 8), case.blobs, case.loot.binding) == {}


@pytest.mark.long
def test_nothing_at_any_place_is_the_key_of_an_old_state(case: Case) -> None:
    for piece in case.copies.pieces:
        assert keys_that_open(windows([piece], 1), case.blobs, case.loot.binding) == {}


def test_all_of_it_together_yields_the_one_total(case: Case) -> None:
    check_that_all_together_yields_one_total(case)


def test_without_the_private_key_the_last_state_is_noise(case: Case) -> None:
    state = case.loot.open(case.blobs[-1])
    assert state is not None
    bits = np.unpackbits(state.masked.view(np.uint8))
    assert abs(bits.mean() - 0.5) < 5 * 0.5 / len(bits) ** 0.5


def test_a_ballots_hash_is_nowhere_before_25_leave_together(case: Case) -> None:
    check_that_hashes_leave_together(case)


def leaves(case: Case) -> set[bytes]:
    """Every version of every page in which a used form or a code ever lay."""
    hashes = [hashed(f"{what} {n}") for n in range(ANSWERS) for what in ("form", "code")]
    leaf = b"\x0a"  # of a table that is ordered by its own key
    pages = (p for p in case.copies.pieces if len(p) == PAGE and p.startswith(leaf))
    return {page for page in pages if any(h in page for h in hashes)}


def test_no_byte_tells_in_which_order_those_came_that_left_together(
    case: Case, tmp_path: Path
) -> None:
    """Another order, the same pages: rows, places in a page and what was freed tell nothing."""
    order = shuffled_in_flushes()
    assert order != sorted(order)
    other = run(wave(tmp_path), order, pieces)
    assert leaves(other) == leaves(case)
    assert len(leaves(case)) > 10


def test_the_attack_finds_it_where_the_old_key_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same attack on a program that does not replace its key: every state opens."""
    world = wave(tmp_path)
    fold(world, [0], [0])
    constant = bytes(range(100, 100 + KEY))
    urandom = commit.os.urandom
    monkeypatch.setattr(commit.os, "urandom", lambda n: constant if n == KEY else urandom(n))
    case = Case(world, pieces)
    for number in range(1, 4):
        fold(world, [number], [number])
        case.answered.append(1 + number)
        case.copy()
    everything = b"".join(case.copies.pieces)
    opened = carve(everything, case.loot.binding, case.loot.keys)
    assert {state.responses for state in opened} == {2, 3, 4}
    hidden = struct.pack("<8s32s", b"anything", constant)
    assert set(keys_that_open(windows([hidden], 8), case.blobs, case.loot.binding)) == {constant}
    first, second = (case.loot.open(blob) for blob in case.blobs[:2])
    assert first is not None
    assert second is not None
    masks = case.loot.masks(case.seeds[1] - case.seeds[0])
    alone = second.masked - first.masked - masks[0]
    assert (alone == world.counted([answer(2)])).all()
