"""Closing is final and forgets the ballots; opening gives the same totals each time or says why."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from boxkit import World, ballot, coded, hashed, make_world, new_wave
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import func, select, update

from survey.box.close import close_box, export_parts
from survey.box.codes import issue_codes
from survey.box.commit import open_state, read_row
from survey.box.errors import KeyFileError, StateLost
from survey.box.fold import Folder, Outcome
from survey.box.keys import read_key_file
from survey.box.layout import BoxError
from survey.box.state import State
from survey.box.unseal import open_totals
from survey.box.waves import box_of, create_wave, key_file
from survey.store import tables
from survey.store.engine import reading

pytestmark = pytest.mark.usefixtures("each_store")

PEER = {"role": "peer", "pay": 17.0}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A wave with codes of which 30 are used and 20 are not."""
    made = make_world(tmp_path, access="codes")
    issue_codes(made.engine, made.wave, [hashed(f"code {i}") for i in range(50)])
    made.fold_all(((PEER, coded(number)) for number in range(30)), at_once=5)
    return made


def key_of(world: World) -> X25519PrivateKey:
    return read_key_file(key_file(world.config, "north"), world.wave)


def close(world: World) -> str:
    return close_box(world.engine, world.config, world.now(), "2026-11").digest


def state(world: World) -> State:
    """What is in the box now."""
    box = box_of(world.engine, world.config, world.wave)
    with reading(world.engine) as connection:
        return open_state(box, read_row(connection, box))


def export(world: World) -> bytes:
    with reading(world.engine) as connection:
        return b"".join(export_parts(connection, world.now(), state(world)))


def test_closing_fixes_count_digest_and_month(world: World) -> None:
    closed = close_box(world.engine, world.config, world.now(), "2026-11")
    wave = world.now()
    assert (wave.state, wave.closed) == ("closed", "2026-11")
    assert (wave.responses, wave.digest) == (30, closed.digest) == (closed.responses, wave.digest)


def test_closing_deletes_every_code_and_spent_hash_from_every_file(world: World) -> None:
    hashes = [hashed(f"{what} {n}") for what in ("code", "form") for n in range(50)]
    before = world.stored()
    assert sum(h in before for h in hashes) > 50
    close(world)
    with reading(world.engine) as connection:
        for table in (tables.code, tables.spent):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
    stored = world.stored()
    assert not any(h in stored for h in hashes)


def test_closing_forgets_the_ballots_that_waited_in_the_box(world: World) -> None:
    """The last few, fewer than leave together: who opens the box must not find them."""
    before = state(world)
    assert before.ballots == 5
    assert before.hashes == {
        hashed(f"{what} {n}") for what in ("code", "form") for n in range(25, 30)
    }
    close(world)
    after = state(world)
    assert (after.responses, after.ballots, after.hashes) == (30, 0, frozenset())


def test_the_export_is_the_same_each_time_and_what_the_digest_is_of(world: World) -> None:
    digest = close(world)
    assert export(world) == export(world)
    assert hashlib.sha256(export(world)).hexdigest() == digest


def test_the_export_holds_masked_totals_and_sorted_seeds_only(world: World) -> None:
    close(world)
    head, _, rest = export(world).partition(b"\n")
    size = world.wave.layout.size
    about = json.loads(head)
    assert (about["responses"], about["cells"], about["seeds"]) == (30, size, 6)
    seeds = [rest[4 * size :][i : i + 80] for i in range(0, 6 * 80, 80)]
    assert len(rest) == 4 * size + 6 * 80
    assert seeds == sorted(seeds)
    masked = np.frombuffer(rest[: 4 * size], dtype="<u4")
    assert (masked > 1000).mean() > 0.9


def test_closing_twice_is_refused_and_changes_nothing(world: World) -> None:
    close(world)
    before = world.now()
    with pytest.raises(BoxError, match="already closed"):
        close_box(world.engine, world.config, world.wave, "2026-12")
    assert world.now() == before


def test_a_month_is_a_month(world: World) -> None:
    for wrong in ("2026-13", "november", "2026-1", "2026-11-05"):
        with pytest.raises(ValueError, match="2026-11"):
            close_box(world.engine, world.config, world.wave, wrong)
    assert world.now().state == "open"


def test_an_empty_wave_closes_and_opens(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    close(world)
    assert (world.opened() == 0).all()


def test_opening_twice_gives_the_same_totals(world: World) -> None:
    close(world)
    expected = world.counted([PEER] * 30)
    assert (world.opened() == expected).all()
    assert (world.opened() == expected).all()
    assert world.opened().dtype == np.uint32


def test_an_open_wave_does_not_open(world: World) -> None:
    with pytest.raises(BoxError, match="close the wave first"):
        open_totals(world.engine, world.config, world.now(), key_of(world))


def test_another_waves_key_does_not_open(world: World) -> None:
    other = create_wave(world.engine, world.config, new_wave("south"))
    close(world)
    key = read_key_file(key_file(world.config, "south"), other)
    with pytest.raises(KeyFileError, match="made for another wave"):
        open_totals(world.engine, world.config, world.now(), key)


def test_a_box_that_is_not_the_closed_one_does_not_open(world: World) -> None:
    """Someone who can write the database takes a seed away, adds one, or changes the digest."""
    close(world)
    with world.engine.begin() as connection:
        connection.execute(
            tables.seed.insert(), {"wave_id": world.wave.id, "sealed": os.urandom(80)}
        )
    with pytest.raises(BoxError, match="not the one that was closed"):
        open_totals(world.engine, world.config, world.now(), key_of(world))


def test_a_seed_nobody_can_open_is_said(world: World) -> None:
    with world.engine.begin() as connection:
        connection.execute(
            tables.seed.insert(), {"wave_id": world.wave.id, "sealed": os.urandom(80)}
        )
    close(world)
    with pytest.raises(BoxError, match="does not open"):
        open_totals(world.engine, world.config, world.now(), key_of(world))


def test_a_closed_box_without_its_state_key_is_said_to_be_lost(world: World) -> None:
    close(world)
    for path in world.config.state_keys.iterdir():
        path.unlink()
    with pytest.raises(StateLost, match="so far are lost"):
        open_totals(world.engine, world.config, world.now(), key_of(world))


def test_other_rules_neither_close_nor_open(world: World) -> None:
    changed = replace(world.wave, fingerprint="0" * 64)
    with pytest.raises(BoxError, match="other disclosure rules"):
        close_box(world.engine, world.config, changed, "2026-11")
    with pytest.raises(BoxError, match="other disclosure rules"):
        open_totals(world.engine, world.config, changed, key_of(world))


def test_a_row_that_was_set_back_to_open_does_not_make_it_so(world: World) -> None:
    """The digest tells the box that took more from the one that was closed."""
    close(world)
    with world.engine.begin() as connection:
        connection.execute(update(tables.wave).values(state="open"))
    folder = Folder(world.engine, world.config, replace(world.wave, access="open"))
    assert folder.fold(world.cells(PEER), ballot(1)) is Outcome.COUNTED
    with world.engine.begin() as connection:
        connection.execute(update(tables.wave).values(state="closed"))
    with pytest.raises(BoxError, match="not the one that was closed"):
        world.opened()
