"""Form ids: made by us, for one wave, once, and saying nothing else."""

import string
from base64 import urlsafe_b64decode

import pytest

from survey.intake.ballots import WaveName, ballot_hash, check_form_id, new_form_id

SECRET = bytes(range(32))
WAVE = WaveName("fall", "ab" * 32)


def test_a_form_id_is_known_again():
    text = new_form_id(SECRET, WAVE)
    assert len(text) == 43
    assert set(text) <= set(string.ascii_letters + string.digits + "-_")
    assert check_form_id(SECRET, WAVE, text) == urlsafe_b64decode(text + "=")[:16]


def test_form_ids_hold_nothing_that_repeats_or_rises():
    ids = [new_form_id(SECRET, WAVE) for _ in range(300)]
    assert len({i[:6] for i in ids}) == 300
    assert ids != sorted(ids)


@pytest.mark.parametrize(
    ("secret", "wave"),
    [
        (bytes(32), WAVE),
        (SECRET, WaveName("spring", WAVE.fingerprint)),
        (SECRET, WaveName("fall", "cd" * 32)),
    ],
)
def test_a_form_of_elsewhere_is_none(secret, wave):
    assert check_form_id(SECRET, WAVE, new_form_id(secret, wave)) is None


@pytest.mark.parametrize("text", ["", "x", "A" * 43, "é" * 43, "=" * 43, "A" * 44, "\n" * 43])
def test_forgeries_are_none(text):
    assert check_form_id(SECRET, WAVE, text) is None


def test_one_ballot_has_one_spelling():
    text = new_form_id(SECRET, WAVE)
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    spellings = [text[:-1] + last for last in alphabet]
    assert [s for s in spellings if check_form_id(SECRET, WAVE, s)] == [text]


def test_hashes_differ_by_secret_wave_and_purpose():
    hashes = {
        ballot_hash(SECRET, WAVE, "form", b"x"),
        ballot_hash(SECRET, WAVE, "code", b"x"),
        ballot_hash(bytes(32), WAVE, "form", b"x"),
        ballot_hash(SECRET, WaveName("spring", WAVE.fingerprint), "form", b"x"),
        ballot_hash(SECRET, WAVE, "form", b"y"),
    }
    assert len(hashes) == 5
    assert {len(h) for h in hashes} == {32}
