"""Waves of stewards: nothing secret lies on the server, and a public key serves one of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from boxkit import ballot, config_in, engine_in, new_wave
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from stewardkit import make_held, typed

from survey.box.close import close_box
from survey.box.errors import KeyFileError
from survey.box.layout import BoxError
from survey.box.model import Quorum, StewardKey
from survey.box.stewards import StewardError, key_of, make_stewards
from survey.box.unseal import open_totals
from survey.box.waves import create_wave, find_wave, key_file, list_waves
from survey.box.words import read_key

pytestmark = pytest.mark.usefixtures("each_store")

PEER = {"role": "peer", "pay": 17.0}


def test_a_wave_knows_its_stewards(tmp_path: Path) -> None:
    held = make_held(tmp_path, 3, 5)
    wave = held.world.now()
    assert (wave.custody, wave.quorum, wave.public_key) == (
        "stewards",
        Quorum(3, 5),
        held.key.public_key,
    )
    assert key_of(wave) == held.key


def test_words_open_what_was_answered(tmp_path: Path) -> None:
    held = make_held(tmp_path)
    held.world.fold_all(((PEER, ballot(n)) for n in range(30)), at_once=7)
    close_box(held.world.engine, held.world.config, held.world.now(), "2026-11")
    wave = held.world.now()
    key = read_key(held.typed(3, 1), key_of(wave))
    opened = open_totals(held.world.engine, held.world.config, wave, key)
    assert (opened == held.world.counted([PEER] * 30)).all()


def test_no_byte_on_the_server_is_a_word_or_a_key(tmp_path: Path) -> None:
    """Data folder, state keys and database, after answers came in: no seed, share, key or sheet."""
    held = make_held(tmp_path)
    held.world.fold_all(((PEER, ballot(n)) for n in range(60)), at_once=3)
    key = read_key(held.typed(1, 2), held.key)
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    stored = held.world.stored() + b"".join(p.read_bytes() for p in files)
    assert held.key.public_key in stored
    raw = key.private_bytes_raw()
    assert raw not in stored
    assert raw.hex().encode() not in stored
    for sheet in held.sheets:
        words = [word.encode() for word in sheet.words]
        for at in range(len(words) - 1):
            assert words[at] + b" " + words[at + 1] not in stored
            assert words[at] + b"\n" + words[at + 1] not in stored
    assert not key_file(held.world.config, "north").exists()


def test_a_public_key_serves_one_wave(tmp_path: Path) -> None:
    held = make_held(tmp_path)
    again = replace(new_wave("south", custody="stewards"), stewards=held.key)
    with pytest.raises(BoxError, match="made for the wave 'north', not for 'south'"):
        create_wave(held.world.engine, held.world.config, again)
    forged = replace(again, stewards=replace(held.key, slug="south"))
    with pytest.raises(BoxError, match="already serves the wave 'north'"):
        create_wave(held.world.engine, held.world.config, forged)
    assert [wave.slug for wave in list_waves(held.world.engine)] == ["north"]
    fresh, _ = make_stewards("south", Quorum(2, 2))
    made = create_wave(held.world.engine, held.world.config, replace(again, stewards=fresh))
    assert made.quorum == Quorum(2, 2)


@pytest.mark.parametrize("raw", [bytes(32), b"\x01" + bytes(31), b"short"])
def test_bytes_that_are_no_key_are_refused_before_anybody_answers(
    tmp_path: Path, raw: bytes
) -> None:
    """Low order points: everything sealed to them would be open to all."""
    config, engine = config_in(tmp_path), engine_in(tmp_path)
    key = StewardKey("north", Quorum(2, 3), raw)
    new = replace(new_wave(custody="stewards"), stewards=key)
    with pytest.raises(BoxError, match="not usable"):
        create_wave(engine, config, new)
    assert find_wave(engine, "north") is None


def test_custody_and_key_must_fit(tmp_path: Path) -> None:
    config, engine = config_in(tmp_path), engine_in(tmp_path)
    key, _ = make_stewards("north", Quorum(2, 3))
    for new in (new_wave(custody="stewards"), replace(new_wave(), stewards=key)):
        with pytest.raises(BoxError, match="needs their public key"):
            create_wave(engine, config, new)


def test_a_failed_start_touches_no_key_file(tmp_path: Path) -> None:
    """Not even one that lies where a key file of that name would."""
    held = make_held(tmp_path)
    path = key_file(held.world.config, "south")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("precious")
    reused = replace(held.key, slug="south")
    with pytest.raises(BoxError, match="already serves"):
        create_wave(
            held.world.engine,
            held.world.config,
            replace(new_wave("south", custody="stewards"), stewards=reused),
        )
    assert path.read_text() == "precious"


def test_words_of_another_wave_do_not_open(tmp_path: Path) -> None:
    held = make_held(tmp_path)
    other, sheets = make_stewards("north", Quorum(2, 3))
    with pytest.raises(StewardError, match="of another wave than 'north'"):
        read_key([typed(s) for s in sheets[:2]], held.key)
    close_box(held.world.engine, held.world.config, held.world.now(), "2026-11")
    wave = held.world.now()
    for key in (read_key([typed(s) for s in sheets[:2]], other), X25519PrivateKey.generate()):
        with pytest.raises(KeyFileError, match="made for another wave"):
            open_totals(held.world.engine, held.world.config, wave, key)


def test_a_wave_with_a_key_file_has_no_stewards(tmp_path: Path) -> None:
    config, engine = config_in(tmp_path), engine_in(tmp_path)
    wave = create_wave(engine, config, new_wave())
    assert wave.quorum is None
    with pytest.raises(StewardError, match="in a key file"):
        key_of(wave)
