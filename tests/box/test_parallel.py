"""Opening over all cores: the same sum to the byte, flat memory, and a helper's death is said."""

import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey.box import parallel
from survey.box.layout import BoxError, Totals
from survey.box.mask import mask, seal
from survey.box.parallel import sum_of_masks
from survey.box.summing import SEGMENT, Summer

FINGERPRINT = "ab" * 32
KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
SEEDS = [bytes([n]) * 32 for n in range(60)]
SEALED = [seal(PUBLIC, FINGERPRINT, seed) for seed in SEEDS]


def naive(size: int) -> Totals:
    """One mask after the other, as they are defined."""
    total: Totals = np.zeros(size, dtype=np.uint32)
    for seed in SEEDS:
        total += mask(seed, size)
    return total


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two helpers even for a little work, on any machine, with small chunks."""
    monkeypatch.setattr(parallel, "ALONE", 0.0)
    monkeypatch.setattr(parallel, "CHUNK", 7)
    monkeypatch.setattr(parallel, "cores", lambda: 2)


@pytest.mark.parametrize(
    "size", [1, 3, 4, 1001, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT + 5]
)
def test_a_sum_by_segments_is_the_sum(size: int) -> None:
    summer = Summer(KEY, FINGERPRINT, size)
    summer.add(SEALED)
    assert (summer.total == naive(size)).all()


def test_who_adds_what_in_which_order_does_not_matter(helped: None) -> None:
    size = 20_000
    orders = [SEALED, SEALED[::-1], random.Random(3).sample(SEALED, len(SEALED))]
    sums = {sum_of_masks(o, len(o), KEY, FINGERPRINT, size).tobytes() for o in orders}
    assert sums == {naive(size).astype("<u4").tobytes()}


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no such thing")
def test_helpers_of_a_process_that_keeps_to_one_core_have_all(
    helped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = os.sched_getaffinity(0)
    found: list[set[int]] = []
    start = parallel._start

    def looked(descriptor: int) -> subprocess.Popen[bytes]:
        process = start(descriptor)
        found.append(os.sched_getaffinity(process.pid))
        return process

    monkeypatch.setattr(parallel, "_start", looked)
    os.sched_setaffinity(0, {min(mine)})
    try:
        sum_of_masks(SEALED, len(SEALED), KEY, FINGERPRINT, 9)
    finally:
        os.sched_setaffinity(0, mine)
    assert found == [mine, mine]


def test_no_seed_at_all(helped: None) -> None:
    assert (sum_of_masks([], 0, KEY, FINGERPRINT, 9) == 0).all()


def test_progress_adds_up(helped: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for alone in (0.0, 1e9):
        monkeypatch.setattr(parallel, "ALONE", alone)
        told: list[int] = []
        sum_of_masks(SEALED, len(SEALED), KEY, FINGERPRINT, 8, told.append)
        assert sum(told) == len(SEALED)
        assert len(told) > 1


@pytest.mark.parametrize("alone", [0.0, 1e9])
def test_a_seed_that_does_not_open_is_said(
    helped: None, monkeypatch: pytest.MonkeyPatch, alone: float
) -> None:
    monkeypatch.setattr(parallel, "ALONE", alone)
    with pytest.raises(BoxError, match="sealed seed does not open"):
        sum_of_masks([*SEALED, bytes(80)], len(SEALED) + 1, KEY, FINGERPRINT, 100)


@pytest.fixture
def helpers(helped: None, monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The helpers that the test's opening starts."""
    started: list[subprocess.Popen[bytes]] = []
    start = parallel._start

    def recorded(descriptor: int) -> subprocess.Popen[bytes]:
        started.append(start(descriptor))
        return started[-1]

    monkeypatch.setattr(parallel, "_start", recorded)
    return started


@pytest.mark.parametrize("after", [0, 20])
def test_a_helper_that_is_killed_is_said_and_the_others_end(
    helpers: list[subprocess.Popen[bytes]], after: int
) -> None:
    def killing() -> Iterator[bytes]:
        for number in range(10_000):
            if number == after:
                helpers[0].kill()
            yield SEALED[number % len(SEALED)]

    with pytest.raises(BoxError, match="A helper process ended before its work was done"):
        sum_of_masks(killing(), 10_000, KEY, FINGERPRINT, 1000)
    assert all(helper.poll() is not None for helper in helpers)


def test_the_source_failing_ends_the_helpers(helpers: list[subprocess.Popen[bytes]]) -> None:
    def failing() -> Iterator[bytes]:
        yield from SEALED
        raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError, match="the database is gone"):
        sum_of_masks(failing(), 100, KEY, FINGERPRINT, 1000)
    assert all(helper.poll() is not None for helper in helpers)


def test_the_key_is_in_no_process_listing(helpers: list[subprocess.Popen[bytes]]) -> None:
    listed: list[bytes] = []

    def watching() -> Iterator[bytes]:
        yield from SEALED
        for helper in helpers:
            listed.extend(
                Path(f"/proc/{helper.pid}/{w}").read_bytes() for w in ("cmdline", "environ")
            )

    sum_of_masks(watching(), len(SEALED), KEY, FINGERPRINT, 100)
    said = b"".join(listed)
    assert len(listed) == 4
    assert b"summing" in said
    raw = KEY.private_bytes_raw()
    assert not any(form in said for form in (raw, raw.hex().encode(), repr(raw).encode()))


def open_files(pid: int) -> set[str]:
    """What a process has open now; it may be reading modules, and be done with one meanwhile."""
    found = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(one.readlink()))
    return found


def test_helpers_have_none_of_our_files_open(helpers: list[subprocess.Popen[bytes]]) -> None:
    """No database, key or session that this process has open reaches a helper."""
    found: list[set[str]] = []
    with Path(__file__).open(encoding="utf-8"):

        def watching() -> Iterator[bytes]:
            yield from SEALED
            for helper in helpers:
                found.append(open_files(helper.pid))

        sum_of_masks(watching(), len(SEALED), KEY, FINGERPRINT, 100)
    assert len(found) == 2
    for files in found:
        assert not any(name == __file__ or ".db" in name for name in files)
        assert sum(name.startswith("socket:") for name in files) <= 2


def test_a_helper_whose_server_died_ends_quietly() -> None:
    ours, theirs = Pipe()
    with theirs:
        helper = parallel._start(theirs.fileno())
    ours.close()
    assert helper.wait(30) == 0
