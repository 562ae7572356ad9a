"""Every byte of every moment, the private key and the last state key: one total, nothing earlier.

The attacker copied the data folder after each commit (a backup each minute, a seized disk image
with its write-ahead log), and later got everything there is to get.
"""

import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from boxkit import World, ballot, hashed, make_world

from survey.box.keys import read_key_file
from survey.box.mask import mask, unseal
from survey.box.slots import Slots
from survey.box.state import FLUSH, decrypt
from survey.box.waves import box_of, key_file

COMMITS = 60
ANSWERS = [{"role": ("peer", "nurse")[n % 2], "pay": 17.0 + n % 5} for n in range(COMMITS)]


@dataclass(frozen=True)
class Copy:
    """The data folder's database files at one moment."""

    files: dict[str, bytes]

    @property
    def all(self) -> bytes:
        """Every byte."""
        return b"".join(self.files.values())


@dataclass(frozen=True)
class Case:
    """A wave that ran, and what the attacker has of it."""

    world: World
    copies: list[Copy]
    keys: list[bytes]
    """Every state key there ever was, in order; the attacker has the last one only."""


def current_key(world: World) -> bytes:
    slots = Slots(world.config.state_keys, "north")
    (key,) = [k for k in (slots.read(0), slots.read(1)) if k is not None]
    return key


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    world = make_world(tmp_path_factory.mktemp("case"))
    folder, copies, keys = world.folder(), list[Copy](), list[bytes]()
    for number, answers in enumerate(ANSWERS):
        folder.fold(world.cells(answers), ballot(number))
        files = {p.name: p.read_bytes() for p in world.config.data.glob("survey.db*")}
        copies.append(Copy(files))
        keys.append(current_key(world))
    return Case(world, copies, keys)


def rows_of(copy: Copy, folder: Path, log: bytes | None = None) -> tuple[bytes, list[bytes]]:
    """Blob and seeds that a database shows, with as much of its log as wanted."""
    folder.mkdir(exist_ok=True)
    (folder / "x.db").write_bytes(copy.files["survey.db"])
    (folder / "x.db-wal").write_bytes(copy.files["survey.db-wal"] if log is None else log)
    (folder / "x.db-shm").unlink(missing_ok=True)
    connection = sqlite3.connect(folder / "x.db")
    try:
        (blob,) = connection.execute("SELECT blob FROM box").fetchone()
        return blob, [sealed for (sealed,) in connection.execute("SELECT sealed FROM seed")]
    except (sqlite3.OperationalError, TypeError):
        return b"", []  # from before the tables, or the wave, were made
    finally:
        connection.close()


def logs(copy: Copy) -> Iterator[bytes]:
    """The log, cut after each of its commits: every state that it still holds."""
    log = copy.files["survey.db-wal"]
    (page,) = struct.unpack(">I", log[8:12])
    for end in range(32 + 24 + page, len(log) + 1, 24 + page):
        frame = log[end - page - 24 :]
        if struct.unpack(">I", frame[4:8])[0]:  # a commit: size of the database after it
            yield log[:end]


def test_no_earlier_state_opens_with_the_last_key(case: Case, tmp_path: Path) -> None:
    binding = box_of(case.world.engine, case.world.config, case.world.wave).binding
    blobs = [rows_of(copy, tmp_path)[0] for copy in case.copies]
    opened = [decrypt(blob, binding, case.keys[-1]) for blob in blobs]
    assert [state is not None for state in opened] == [False] * (COMMITS - 1) + [True]
    assert len(set(blobs)) == COMMITS
    assert len({len(blob) for blob in blobs}) == 1


def test_no_state_in_the_log_but_the_last_opens(case: Case, tmp_path: Path) -> None:
    binding = box_of(case.world.engine, case.world.config, case.world.wave).binding
    blobs = [rows_of(case.copies[-1], tmp_path, log)[0] for log in logs(case.copies[-1])]
    held = list(dict.fromkeys(blob for blob in blobs if blob))
    assert len(held) > COMMITS / 2  # the log does hold them
    opened = [decrypt(blob, binding, case.keys[-1]) is not None for blob in held]
    assert opened == [False] * (len(held) - 1) + [True]


def test_each_state_had_its_own_key_and_none_was_ever_in_the_data_folder(case: Case) -> None:
    assert len(set(case.keys)) == COMMITS
    everything = b"".join(copy.all for copy in case.copies)
    assert not any(key in everything for key in case.keys)
    left = b"".join(p.read_bytes() for p in case.world.config.state_keys.iterdir())
    assert [key in left for key in case.keys] == [False] * (COMMITS - 1) + [True]


def test_all_of_it_together_yields_the_one_total(case: Case, tmp_path: Path) -> None:
    """Taking off fewer masks than all gives noise: no sum of fewer answers comes out."""
    world, wave = case.world, case.world.wave
    private = read_key_file(key_file(world.config, "north"), wave)
    blob, seeds = rows_of(case.copies[-1], tmp_path)
    state = decrypt(blob, box_of(world.engine, world.config, wave).binding, case.keys[-1])
    assert state is not None
    total = state.masked.copy()
    for sealed in seeds:
        assert (total > COMMITS).mean() > 0.9
        total -= mask(unseal(private, wave.fingerprint, sealed), wave.layout.size)
    assert (total == world.counted(ANSWERS)).all()


def test_without_the_private_key_the_last_state_is_noise(case: Case, tmp_path: Path) -> None:
    blob, _ = rows_of(case.copies[-1], tmp_path)
    binding = box_of(case.world.engine, case.world.config, case.world.wave).binding
    state = decrypt(blob, binding, case.keys[-1])
    assert state is not None
    bits = np.unpackbits(state.masked.view(np.uint8))
    assert abs(bits.mean() - 0.5) < 5 * 0.5 / len(bits) ** 0.5


def test_a_ballots_hash_is_nowhere_before_25_leave_together(case: Case) -> None:
    for number, copy in enumerate(case.copies, start=1):
        everything = copy.all
        found = [n for n in range(COMMITS) if hashed(f"form {n}") in everything]
        assert found == list(range(number - number % FLUSH))


def test_hashes_that_left_together_lie_in_the_order_of_their_bytes(case: Case) -> None:
    """Nothing tells which of them came first, not even where they lie in the log's page."""
    log = case.copies[FLUSH - 1].files["survey.db-wal"]
    hashes = [hashed(f"form {n}") for n in range(FLUSH)]
    places = sorted((log.index(h), h) for h in hashes)
    by_place = [h for _, h in places]
    assert by_place in (sorted(hashes), sorted(hashes, reverse=True))
