"""Key files: private, of one wave, and every refusal a sentence of its own."""

import base64
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from boxkit import World, make_world
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from survey.box.errors import KeyFileError
from survey.box.keys import (
    destroy_key_file,
    make_key_file,
    parse_key,
    read_key_file,
    require_key_of,
)
from survey.box.waves import key_file


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def path(world: World) -> Path:
    return key_file(world.config, "north")


def test_the_file_opens_its_wave_and_says_what_it_is(world: World, path: Path) -> None:
    key = read_key_file(path, world.wave)
    assert key.public_key().public_bytes_raw() == world.wave.public_key
    assert "private key of the survey wave 'north'" in path.read_text()


def test_nobody_else_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        make_key_file(tmp_path / "private" / "x.key", "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "private" / "x.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_file_open_to_others_is_refused(world: World, path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=rf"mode {mode:04o}\): run `chmod 600"):
        read_key_file(path, world.wave)


def edited(line: str, to: str) -> Callable[[str], str]:
    return lambda text: "\n".join(to if got.startswith(line) else got for got in text.split("\n"))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda _: "", "This is not a key file"),
        (lambda _: "\0\xff binary", "This is not a key file"),
        (lambda text: text * 40, "This is not a key file"),
        (edited("format:", "format: survey-key/9"), "This is not a key file"),
        (edited("wave:", "wave: south"), "belongs to the wave 'south', not to 'north'"),
        (edited("key:", "key: %%%"), "line of this key file is damaged"),
        (edited("key:", "key: c2hvcnQ="), "line of this key file is damaged"),
        (edited("key:", ""), "line of this key file is damaged"),
        (edited("key:", "key: " + base64.b64encode(b"q" * 32).decode()), "does not open the wave"),
    ],
)
def test_every_wrong_file_is_refused_in_its_own_sentence(
    world: World, path: Path, edit: Callable[[str], str], sentence: str
) -> None:
    path.write_text(edit(path.read_text()), encoding="utf-8")
    with pytest.raises(KeyFileError, match=sentence):
        read_key_file(path, world.wave)


def test_no_file_is_said(world: World, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="There is no key file"):
        read_key_file(tmp_path / "none.key", world.wave)
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_key_file(tmp_path, world.wave)


def test_an_uploaded_file_may_have_windows_line_ends(world: World, path: Path) -> None:
    parse_key(path.read_bytes().replace(b"\n", b"\r\n"), world.wave)


def test_an_existing_file_is_never_overwritten(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match="already there"):
        make_key_file(path, "north")
    assert path.read_bytes() == before


def test_a_key_of_an_earlier_wave_of_the_same_name_is_refused(world: World) -> None:
    wave = replace(world.wave, public_key=b"p" * 32)
    with pytest.raises(KeyFileError, match="earlier one of the same name"):
        require_key_of(X25519PrivateKey.generate(), wave)


def test_destroying_overwrites_first_and_may_be_repeated(path: Path) -> None:
    kept = os.open(path, os.O_RDONLY)
    size = path.stat().st_size
    destroy_key_file(path)
    destroy_key_file(path)
    assert os.pread(kept, 4096, 0) == bytes(size)
    os.close(kept)
    assert not path.exists()
