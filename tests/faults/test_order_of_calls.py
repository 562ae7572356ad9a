"""The order that tests/model/ proves right is the order of the real program's system calls.

strace shows them; and it makes each of them fail in turn, on a disk that is full or broken.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from boxkit import World, make_world
from folding import ANSWERS, PEER

from survey.box.close import close_box
from survey.box.recover import recover
from survey.box.slots import Slots

HERE = Path(__file__).parent
CALLS = "openat,flock,pwrite64,fdatasync,fsync,write,close"
_CALL = re.compile(r"^\d+ +(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>.+)$")
_PATH = re.compile(r"^\d+<(?P<path>[^>]*)>")
_ZEROS = re.compile(r'"(?:\\0)+"')


def strace(world: World, *what: str, inject: str = "") -> list[str]:
    """Lines of what folding.py calls; it must end well."""
    if shutil.which("strace") is None:
        if os.environ.get("CI"):
            pytest.fail("strace is not installed: .ci/run installs it.")
        pytest.skip("strace is not installed, so the order of system calls is not looked at.")
    world.engine.dispose()
    folder = world.config.data.parent
    out = folder / "strace.txt"
    paths = os.pathsep.join(str(p) for p in (HERE.parents[1], HERE.parent))
    environment = os.environ | {"PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    watch = ("strace", "-f", "--seccomp-bpf", "-y", "-s", "40", "-e", f"trace={CALLS}")
    faults = ("-e", f"inject={inject}") if inject else ()
    program = (sys.executable, str(HERE / "folding.py"), str(folder), *what)
    command = [*watch, *faults, "-o", str(out), *program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return out.read_text().splitlines()


def steps(lines: list[str]) -> list[str]:
    """What was done from "begin" until the lock was let go, each step once where it repeats."""
    start = next(at for at, line in enumerate(lines) if '"begin' in line)
    done = [step for line in lines[start:] for step in step_of(line)]
    return [step for step, _ in groupby(done[: done.index("unlock") + 1])]


def step_of(line: str) -> Iterator[str]:
    """The step that a call is, in the words of the model; nothing for what does not matter."""
    found = _CALL.match(line)
    if found is None:
        return
    name, arguments = found["name"], found["arguments"]
    at = _PATH.match(arguments)
    path = Path(at["path"]) if at else Path()
    if name == "openat":
        opened = Path(arguments.split('"')[1])
        if "O_CREAT" in arguments and opened.parent.name == "data.keys" and slot(opened):
            yield f"make {slot(opened)}"
    elif name == "write" and '"thanked' in arguments:
        yield "thanked"
    elif path.parent.name == "data.keys":
        yield from _on_keys(name, arguments, path)
    elif path.name == "data.keys" and name in ("fsync", "fdatasync"):
        yield "sync folder"
    elif path.name == "survey.db-wal":
        yield from {"pwrite64": ["log"], "fdatasync": ["sync log"]}.get(name, [])


def _on_keys(name: str, arguments: str, path: Path) -> Iterator[str]:
    if path.suffix == ".lock":
        yield from {"flock": ["lock"], "close": ["unlock"]}.get(name, [])
    elif name == "pwrite64":
        yield f"{'zero' if _ZEROS.search(arguments) else 'key'} {slot(path)}"
    elif name == "fdatasync":
        yield f"sync {slot(path)}"


def slot(path: Path) -> str:
    """ "0" or "1"; "" for the lock."""
    return path.suffix[1:] if path.suffix in (".0", ".1") else ""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Before "begin" one answer is folded, so that the key lies in slot 1."""
    return make_world(tmp_path)


COMMIT = ["key 0", "sync 0", "log", "sync log", "thanked", "zero 1", "sync 1"]
# The second word is for those whom no commit counted; all others know by then.
TO_THE_END = ["thanked", "unlock"]
SETTLE = ["sync folder", "log", "sync log"]


@pytest.mark.parametrize("what", ["one", "group"])
def test_a_commit(world: World, what: str) -> None:
    assert steps(strace(world, what)) == ["lock", *COMMIT, *TO_THE_END]


def test_a_chain_of_commits_writes_each_key_over_the_old_one(world: World) -> None:
    lines = strace(world, "chain")
    second = ["key 1", "sync 1", "log", "sync log", "thanked"]
    third = ["key 0", *COMMIT[1:]]
    assert steps(lines) == ["lock", *COMMIT[:5], *second, *third, *TO_THE_END]


def test_a_commit_after_one_that_was_cut_short(world: World) -> None:
    assert steps(strace(world, "one", "key")) == ["lock", *SETTLE, *COMMIT, *TO_THE_END]


def test_a_commit_that_has_to_make_its_slot(world: World) -> None:
    made = ["make 0", "key 0", "sync 0", "sync folder", *COMMIT[2:]]
    assert steps(strace(world, "one", "file")) == ["lock", *made, *TO_THE_END]


def test_a_start(world: World) -> None:
    assert steps(strace(world, "start", "key")) == ["lock", *SETTLE, "zero 0", "sync 0", "unlock"]


def test_closing(world: World) -> None:
    silent = [step for step in COMMIT if step != "thanked"]
    assert steps(strace(world, "close")) == ["lock", *silent, "unlock"]


MADE = ["make 0", "key 0", "sync 0", "sync folder"]
"""Keys, and the names of their files, are on disk before a row speaks of them."""


def test_a_new_wave(world: World) -> None:
    other = ["make 1", "zero 1", "sync 1", "sync folder"]
    assert steps(strace(world, "create")) == ["lock", *MADE, *other, "log", "sync log", "unlock"]


def test_a_box_started_anew(world: World) -> None:
    assert steps(strace(world, "restart", "nothing")) == [
        *("lock", *MADE, "log", "sync log", "unlock")
    ]


@pytest.mark.parametrize("what", ["stubborn", "stubborn chain"])
@pytest.mark.parametrize(
    ("fault", "hit"),
    [
        ("pwrite64:error=ENOSPC:when=20+13", {"key 0", "key 1", "zero 0", "zero 1", "log"}),
        ("fdatasync:error=EIO:when=5+7", {"sync 0", "sync 1", "sync log"}),
        ("fsync:error=EIO:when=1+2", {"sync folder"}),
    ],
    ids=["full", "broken", "folder"],
)
def test_every_call_fails_in_turn_and_nothing_is_lost(
    world: World, fault: str, hit: set[str], what: str
) -> None:
    """As on a disk that is full, or broken: which calls there are, the tests above have shown."""
    lines = strace(world, what, "key", inject=fault)
    failed = {step for line in lines if "(INJECTED)" in line for step in step_of(line)}
    assert failed == hit
    assert recover(world.engine, world.config) == ()
    slots = Slots(world.config.state_keys, "north")
    assert [slots.read(0), slots.read(1)].count(None) == 1
    assert close_box(world.engine, world.config, world.now(), "2026-11").responses == ANSWERS
    assert (world.opened() == world.counted([PEER] * ANSWERS)).all()
