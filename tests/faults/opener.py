"""Run as a program: opens and publishes a wave in processes that are killed with -9.

    opener.py FOLDER KILLS SEED

Prints, as JSON, how each attempt was found afterwards and the digest of what is published in the
end. It is a program of its own since it forks, which wants a process without threads.
"""

import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from boxkit import config_in

from survey.box import parallel
from survey.box.destroy import resume_destruction
from survey.box.keys import read_key_file
from survey.box.waves import find_wave, key_file
from survey.release.ceremony import publish
from survey.release.published import published_body
from survey.store.engine import make_engine


def open_and_publish(folder: Path) -> None:
    """What `open --yes` does, after what a start does."""
    config = config_in(folder)
    engine = make_engine(config.database_url)
    resume_destruction(engine, config)
    wave = find_wave(engine, "north")
    assert wave is not None
    if wave.state == "closed":
        key = read_key_file(key_file(config, "north"), wave)
        publish(engine, config, "north", key)
    engine.dispose()


def attempt(folder: Path, seconds: float) -> str:
    """Let a process try for that long, then kill it; the wave's state as it left it."""
    child = os.fork()
    if child == 0:
        open_and_publish(folder)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    engine = make_engine(config_in(folder).database_url)
    wave = find_wave(engine, "north")
    engine.dispose()
    assert wave is not None
    return wave.state


def main(folder: Path, kills: int, seed: int) -> None:
    """Kill at random moments, then let one go through."""
    parallel.ALONE = 0.0  # so that helpers are at work
    start = time.monotonic()
    rng = random.Random(seed)
    states = [attempt(folder, rng.uniform(0, 0.6)) for _ in range(kills)]
    open_and_publish(folder)
    engine = make_engine(config_in(folder).database_url)
    body = published_body(engine, "north") or b""
    left = [p.name for p in config_in(folder).state_keys.iterdir() if p.suffix != ".lock"]
    left += [p.name for p in config_in(folder).private.glob("*.key")]
    engine.dispose()
    told = {"states": states, "digest": hashlib.sha256(body).hexdigest(), "left": left}
    print(json.dumps(told | {"seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
