"""Run as a program, under strace: one thread works, and says when a worker would be thanked.

    folding.py FOLDER WHAT [BEFORE]

BEFORE is what a process that died left behind: "key" in the spare slot, or no "file" for it.
"""

import os
import random
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from boxkit import ballot, config_in, new_wave

from survey.box.close import close_box
from survey.box.commit import Box
from survey.box.fold import Folder, FoldUnavailable, Outcome
from survey.box.group import Entry, entry_of, fold_group
from survey.box.layout import cells_of
from survey.box.model import Wave
from survey.box.recover import recover
from survey.box.restart import restart_box
from survey.box.waves import box_of, create_wave, find_wave
from survey.store.engine import make_engine

ANSWERS = 40
"""How many a stubborn client gets counted."""
PEER = {"role": "peer", "pay": 17.0}


def say(what: str) -> None:
    """One write, that strace shows."""
    os.write(1, what.encode() + b"\n")


def main(folder: Path, what: str, before: str = "") -> None:
    """Fold one, so that the log is open and the key in slot 1; then do it once."""
    config = config_in(folder)
    engine = make_engine(config.database_url)
    wave = find_wave(engine, "north")
    assert wave is not None
    box = box_of(engine, config, wave)
    fold(box, wave, range(1))
    leave(box, before)
    say("begin")
    match what:
        case "one":
            fold(box, wave, range(1, 2))
        case "group":
            fold(box, wave, range(1, 31))
        case "start":
            recover(engine, config)
        case "close":
            close_box(engine, config, wave, "2026-11")
        case "restart":
            restart_box(engine, config, wave)
        case "create":
            create_wave(engine, config, new_wave("south"))
        case "chain":
            chain(box, wave, list(range(1, 4)))
        case "stubborn":
            send_all(Folder(engine, config, wave), wave)
        case "stubborn chain":
            chain_all(box, wave)


def leave(box: Box, before: str) -> None:
    """As somebody who died would."""
    if before == "key":
        box.slots.write(0, b"k" * 32)
    elif before == "file":
        Path(f"{box.slots.folder}/north.0").unlink()
    elif before == "nothing":
        for slot in (0, 1):
            Path(f"{box.slots.folder}/north.{slot}").unlink()


def fold(box: Box, wave: Wave, numbers: range) -> None:
    """One commit, and a word as soon as the outcomes stand."""
    cells = cells_of(wave.layout, PEER)
    group = [entry_of(cells, ballot(number), wave.layout.size) for number in numbers]
    with box.slots.lock():
        fold_group(box, wave, lambda: group, lambda: say("thanked"))


def chain(box: Box, wave: Wave, left: list[int]) -> None:
    """A commit for each, under one holding of the lock; who is thanked is taken off the list."""
    cells = cells_of(wave.layout, PEER)
    entries: list[Entry] = []

    def take() -> list[Entry]:
        entries[:] = [entry_of(cells, ballot(left[0]), wave.layout.size)]
        return entries

    def thank() -> None:
        say("thanked")
        if entries and entries[0].outcome is not None:
            entries.clear()
            del left[0]

    with box.slots.lock():
        fold_group(box, wave, take, thank, lambda: bool(left))


def chain_all(box: Box, wave: Wave) -> None:
    """The same however often it fails, twenty times for each at most."""
    draw, left = random.Random(1), list(range(1, ANSWERS))
    with tempfile.TemporaryFile() as scratch:
        for _ in range(20 * ANSWERS):
            drift(scratch.fileno(), draw.randrange(7))
            with suppress(FoldUnavailable):
                chain(box, wave, left)
            if not left:
                return


def send_all(folder: Folder, wave: Wave) -> None:
    """Each answer until it is counted, twenty times at most."""
    draw = random.Random(1)
    with tempfile.TemporaryFile() as scratch:
        for number in range(1, ANSWERS):
            for _ in range(20):
                drift(scratch.fileno(), draw.randrange(7))
                try:
                    outcome = folder.fold(cells_of(wave.layout, PEER), ballot(number))
                except FoldUnavailable:
                    continue
                assert outcome in (Outcome.COUNTED, Outcome.ALREADY)
                break


def drift(handle: int, calls: int) -> None:
    """Calls in between: where every tenth fails, it is not the same step of a fold each time."""
    for _ in range(calls):
        with suppress(OSError):
            os.pwrite(handle, b"x", 0)
        with suppress(OSError):
            os.fdatasync(handle)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
