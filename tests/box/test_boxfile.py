"""A box as a file: the same bytes each time, opened anywhere, and every damage has its sentence."""

import hashlib
import json
import stat
from pathlib import Path

import pytest
from boxkit import World, ballot, make_world
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from stewardkit import Held, make_held

from survey.box import boxfile
from survey.box.boxfile import BoxFileError, export_box, open_box, read_box
from survey.box.close import close_box
from survey.box.destroy import publish_and_destroy
from survey.box.errors import KeyFileError
from survey.box.keys import read_key_file
from survey.box.layout import BoxError, build_layout
from survey.box.waves import key_file
from survey.box.words import read_key
from survey.instrument.load import parse_definition
from survey.store import tables

PEER = {"role": "peer", "pay": 17.0}
HEADCOUNTS = "{unit: 40, role: {therapist: 20}}"


@pytest.fixture
def held(tmp_path: Path) -> Held:
    """A closed wave of stewards, answered by 30 people in six commits."""
    made = make_held(tmp_path)
    made.world.fold_all(((PEER, ballot(n)) for n in range(30)), at_once=5)
    close_box(made.world.engine, made.world.config, made.world.now(), "2026-11")
    return made


@pytest.fixture
def path(held: Held, tmp_path: Path) -> Path:
    """Its exported box."""
    export_box(held.world.engine, held.world.config, held.world.now(), tmp_path / "n.box")
    return tmp_path / "n.box"


def again(world: World, path: Path) -> bytes:
    export_box(world.engine, world.config, world.now(), path)
    return path.read_bytes()


@pytest.mark.usefixtures("each_store")
def test_the_file_is_the_same_each_time_and_what_the_digest_is_of(
    held: Held, path: Path, tmp_path: Path
) -> None:
    content = path.read_bytes()
    assert again(held.world, tmp_path / "again.box") == content
    assert hashlib.sha256(content).hexdigest() == held.world.now().digest == read_box(path).digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.usefixtures("each_store")
def test_what_was_answered_comes_out_of_the_file_alone(held: Held, path: Path) -> None:
    expected = held.world.counted([PEER] * 30)
    wave = held.world.now()
    publish_and_destroy(held.world.engine, held.world.config, wave, b"{}")
    box = read_box(path)
    assert box.stewards is not None
    assert (open_box(box, read_key(held.typed(1, 3), box.stewards)) == expected).all()


def test_the_file_says_all_that_an_opening_must_show(held: Held, path: Path) -> None:
    box, wave = read_box(path), held.world.now()
    assert (box.slug, box.campaign_name, box.closed, box.responses) == (
        "north",
        "Clinic workers",
        "2026-11",
        30,
    )
    assert (box.origin, box.access, box.quorum) == (wave.origin, wave.access, wave.quorum)
    assert (box.headcounts, box.public_key, box.seeds) == (wave.headcounts, wave.public_key, 6)
    assert box.layout == wave.layout
    assert box.fingerprint == build_layout(box.layout.definition).fingerprint == wave.fingerprint


def test_a_box_with_a_key_file(tmp_path: Path) -> None:
    world = make_world(tmp_path, headcounts=HEADCOUNTS)
    world.fold_all(((PEER, ballot(n)) for n in range(10)), at_once=10)
    close_box(world.engine, world.config, world.now(), "2026-11")
    again(world, tmp_path / "n.box")
    box = read_box(tmp_path / "n.box")
    assert (box.quorum, box.stewards) == (None, None)
    assert box.headcounts == world.wave.headcounts
    key = read_key_file(key_file(world.config, "north"), box)
    assert (open_box(box, key) == world.counted([PEER] * 10)).all()


def test_an_open_or_published_wave_has_no_file(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    with pytest.raises(BoxError, match="still open: close it first"):
        again(world, tmp_path / "n.box")
    close_box(world.engine, world.config, world.now(), "2026-11")
    publish_and_destroy(world.engine, world.config, world.now(), b"{}")
    with pytest.raises(BoxError, match="published: its box is gone"):
        again(world, tmp_path / "n.box")
    assert not list(tmp_path.glob("n.box*"))


def test_nothing_is_overwritten(held: Held, path: Path) -> None:
    with pytest.raises(BoxFileError, match="exists already"):
        again(held.world, path)


def test_a_box_that_is_not_the_closed_one_is_not_written(held: Held, tmp_path: Path) -> None:
    wave = held.world.now()
    with held.world.engine.begin() as connection:
        row = {"wave_id": wave.id, "sealed": bytes(80)}
        connection.execute(tables.seed.insert(), row)
    with pytest.raises(BoxError, match="not the one that was closed"):
        again(held.world, tmp_path / "n.box")
    assert not list(tmp_path.glob("n.box*"))


def test_a_crash_while_writing_leaves_nothing_under_the_name(
    held: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(boxfile.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        again(held.world, tmp_path / "n.box")
    assert not list(tmp_path.glob("n.box*"))
    monkeypatch.undo()
    (tmp_path / "n.box.part").write_bytes(b"of a process that was killed")
    assert again(held.world, tmp_path / "n.box").startswith(b'{"access"')


def test_another_key_does_not_open_a_file(path: Path) -> None:
    with pytest.raises(KeyFileError, match="made for another wave"):
        open_box(read_box(path), X25519PrivateKey.generate())


def test_what_is_no_box(tmp_path: Path) -> None:
    for content in (b"", b"\xff\n", b"[]\n", b'{"format":"survey-release/1"}\n', b"{" * 10_000):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(BoxFileError, match="not an exported box"):
            read_box(tmp_path / "x")


CUTS = [lambda b: b[:-1], lambda b: b + b"x", lambda b: b[:-80], lambda b: b + b[-80:]]


@pytest.mark.parametrize("change", CUTS)
def test_a_file_that_was_cut_short_or_added_to(path: Path, change) -> None:
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(BoxFileError, match="cut short or too long"):
        read_box(path)


def with_head(path: Path, **changes: object) -> None:
    """Write the file anew with another first line."""
    line, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(json.dumps(json.loads(line) | changes).encode() + b"\n" + rest)


@pytest.mark.parametrize(
    "changes",
    [
        {"cells": -1},
        {"seeds": True},
        {"responses": "30"},
        {"closed": "yesterday"},
        {"origin": "elsewhere"},
        {"access": None},
        {"public_key": "zz"},
        {"stewards": [1, 2, 3]},
        {"headcounts": "{unit: -1}"},
        {"definition": "format: survey-definition/1"},
        {"definition": 5},
    ],
)
def test_a_damaged_first_line(path: Path, changes: dict[str, object]) -> None:
    with_head(path, **changes)
    with pytest.raises(BoxFileError, match=r"damaged: its first line"):
        read_box(path)


def test_another_questionnaire_in_the_file_is_found(path: Path) -> None:
    """A smaller k, or other groups: the fingerprint made anew is not the one of the answers."""
    definition = json.loads(path.read_bytes().partition(b"\n")[0])["definition"]
    with_head(path, definition=definition.replace("k: 5", "k: 6"))
    with pytest.raises(BoxFileError, match="filled under other rules"):
        read_box(path)


def test_a_forged_fingerprint_opens_nothing(held: Held, path: Path) -> None:
    """Definition and fingerprint changed together fit one another, but not the sealed seeds."""
    line = json.loads(path.read_bytes().partition(b"\n")[0])
    weaker = line["definition"].replace("sensitive: true, ", "")
    fingerprint = build_layout(parse_definition(weaker)).fingerprint
    with_head(path, definition=weaker, fingerprint=fingerprint)
    box = read_box(path)
    assert box.digest != held.world.now().digest
    assert box.stewards is not None
    with pytest.raises(BoxError, match="sealed seed does not open"):
        open_box(box, read_key(held.typed(1, 2), box.stewards))


def test_a_flipped_bit_changes_the_digest_that_everybody_saw(held: Held, path: Path) -> None:
    content = bytearray(path.read_bytes())
    for at in (len(content) - 5, len(content) - 6 * 80 - 3, 40):
        flipped = bytearray(content)
        flipped[at] ^= 1
        path.write_bytes(flipped)
        try:
            assert read_box(path).digest != held.world.now().digest
        except BoxFileError:
            continue
