"""State keys: private, overwritten in place, behind one lock for the whole host."""

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from survey.box.errors import FoldUnavailable
from survey.box.slots import Slots

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def slots(tmp_path: Path) -> Slots:
    made = Slots(tmp_path / "keys", "north")
    made.create(KEY)
    return made


def test_files_and_folder_are_private(slots: Slots) -> None:
    with slots.lock():
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in slots.folder.iterdir()}
    assert modes == {"north.0": 0o600, "north.1": 0o600, "north.lock": 0o600}
    assert stat.S_IMODE(slots.folder.stat().st_mode) == 0o700


def test_a_key_is_overwritten_where_it_lies(slots: Slots) -> None:
    before = (slots.folder / "north.0").stat().st_ino
    slots.write(0, OTHER)
    assert slots.read(0) == OTHER
    assert (slots.folder / "north.0").stat().st_ino == before
    slots.zero(0)
    assert (slots.folder / "north.0").read_bytes() == bytes(32)
    assert slots.read(0) is None


@pytest.mark.parametrize("content", [b"", b"short", bytes(32), b"x" * 33])
def test_what_is_no_key_is_not_taken_for_one(slots: Slots, content: bytes) -> None:
    (slots.folder / "north.0").write_bytes(content)
    assert slots.read(0) is None


def test_a_missing_file_is_no_key(slots: Slots) -> None:
    (slots.folder / "north.0").unlink()
    assert slots.read(0) is None


def test_removing_forgets_first_and_may_be_repeated(slots: Slots) -> None:
    kept = os.open(slots.folder / "north.0", os.O_RDONLY)  # as an undeleting thief would see it
    for _ in range(2):
        with slots.lock():
            slots.remove()
    assert os.pread(kept, 32, 0) == bytes(32)
    os.close(kept)
    assert not slots.exist()
    assert list(slots.folder.iterdir()) == []


def test_only_one_thread_holds_the_lock(slots: Slots) -> None:
    inside, most = 0, 0

    def enter() -> None:
        nonlocal inside, most
        for _ in range(20):
            with slots.lock():
                inside += 1
                most = max(most, inside)
                time.sleep(0.0002)
                inside -= 1

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_another_process_holds_it_until_it_dies(slots: Slots) -> None:
    code = (
        "import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.flock(f,fcntl.LOCK_EX);"
        "print('held',flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, str(slots.folder / "north.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(FoldUnavailable, match="too busy"), slots.lock(patience=0.05):
            pass
        holder.kill()
        with slots.lock(patience=5):
            pass


def test_locks_of_different_waves_are_different(slots: Slots) -> None:
    with slots.lock(), Slots(slots.folder, "south").lock(patience=0):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(FoldUnavailable, match="state keys"),
        Slots(tmp_path / "file" / "keys", "north").lock(),
    ):
        pass


@pytest.mark.parametrize("content", [b"", b"short"])
def test_the_name_of_a_file_whose_maker_died_is_brought_to_disk(
    slots: Slots, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """A key that is on disk under a name that is not would be gone after a power cut."""
    synced: list[Path] = []
    monkeypatch.setattr("survey.box.slots.sync_folder", synced.append)
    slots.write(1, OTHER)
    assert synced == []
    (slots.folder / "north.1").write_bytes(content)
    slots.write(1, OTHER)
    assert synced == [slots.folder]
