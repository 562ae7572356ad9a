"""An opening that is killed at any moment is done again, with the same release to the byte."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from boxkit import ballot, make_world

from survey.box.keys import read_key_file
from survey.box.waves import key_file
from survey.release.ceremony import close_wave, preview
from survey.release.serialize import to_json

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.mark.parametrize(("kills", "seed"), [(5, 1), pytest.param(60, 2, marks=pytest.mark.long)])
def test_killed_openings_lose_nothing_and_change_nothing(
    tmp_path: Path, kills: int, seed: int
) -> None:
    world = make_world(tmp_path)
    people = ({"role": ("peer", "nurse")[n % 2], "pay": 15.0 + n % 18} for n in range(300))
    world.fold_all(((answers, ballot(n)) for n, answers in enumerate(people)), at_once=3)
    close_wave(world.engine, world.config, "north")
    key = read_key_file(key_file(world.config, "north"), world.wave)
    expected = to_json(preview(world.engine, world.config, "north", key))
    world.engine.dispose()
    command = [sys.executable, str(HERE / "opener.py"), str(tmp_path), str(kills), str(seed)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "MARK": f"mark {tmp_path}"}
    told = json.loads(
        subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    )
    assert set(told["states"]) <= {"closed", "published"}
    assert told["states"] == sorted(told["states"])  # nothing is ever un-published
    assert told["digest"] == hashlib.sha256(expected).hexdigest()
    assert told["left"] == []
    assert helpers_left(f"mark {tmp_path}") == []


def helpers_left(mark: str) -> list[str]:
    """Processes of this test; helpers whose opening was killed end by themselves, soon."""
    left: list[str] = []
    for _ in range(100):
        left = [p.parent.name for p in Path("/proc").glob("[0-9]*/environ") if mark in of(p)]
        if not left:
            break
        time.sleep(0.1)
    return left


def of(path: Path) -> str:
    """A process's environment, empty where it is gone."""
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
