"""Stewards' keys: enough sheets make the key, fewer make nothing, and a key is of one wave."""

from collections import Counter
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import Share, combine_mnemonics
from shamir_mnemonic.shamir import RawShare, _interpolate
from stewardkit import typed

from survey.box.model import Quorum, StewardKey
from survey.box.stewards import (
    StewardError,
    identifier,
    key_fingerprint,
    line_of,
    make_stewards,
    parse_line,
    private_key,
    require_quorum,
    share,
)
from survey.box.words import read_key

SEED = bytes(range(16))
KEY, SHEETS = share(SEED, "fall", Quorum(3, 5))

quorums = (
    st.integers(1, 9)
    .flatmap(lambda n: st.tuples(st.integers(min(n, 2), n), st.just(n)))
    .map(lambda pair: Quorum(*pair))
)


def test_the_key_is_hkdf_of_the_seed_with_the_waves_name() -> None:
    """By hand: RFC 5869 with SHA-256, no salt, one block."""

    def mac(key: bytes, data: bytes) -> bytes:
        made = HMAC(key, SHA256())
        made.update(data)
        return made.finalize()

    raw = mac(mac(bytes(32), SEED), b"survey-steward-key/1 fall\x01")
    assert private_key(SEED, "fall").private_bytes_raw() == raw
    assert X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw() == (
        KEY.public_key
    )


@settings(max_examples=15)
@given(quorums, st.binary(min_size=16, max_size=16), st.randoms(use_true_random=False))
def test_any_enough_sheets_in_any_order_make_the_key(
    quorum: Quorum, seed: bytes, random: object
) -> None:
    key, sheets = share(seed, "fall", quorum)
    picked = random.sample([typed(s) for s in sheets], quorum.threshold)  # type: ignore[attr-defined]
    made = read_key(picked, key)
    assert made.public_key().public_bytes_raw() == key.public_key
    assert made.private_bytes_raw() == private_key(seed, "fall").private_bytes_raw()


def test_the_words_are_slip_39_as_other_programs_read_it() -> None:
    words = [typed(s) for s in SHEETS]
    for three in combinations(words, 3):
        assert combine_mnemonics(three) == SEED
    shares = [Share.from_mnemonic(w) for w in words]
    assert {len(s.words) for s in SHEETS} == {20}
    assert {(s.extendable, s.iteration_exponent, s.member_threshold) for s in shares} == {
        (True, 0, 3)
    }
    assert {s.identifier for s in shares} == {identifier(KEY.public_key)}


def test_fewer_sheets_fit_every_secret_alike() -> None:
    """Three needed, two in hand: for whatever secret there is a third share that makes it of them.

    What is left to guess is the whole secret. (A guess can be tried against the 4 bytes of digest
    that SLIP-39 puts in, or against the public key, which everybody has: 2^128 guesses either way.)
    """
    shares = [Share.from_mnemonic(typed(s)) for s in SHEETS[:2]]
    raw = [RawShare(s.index, s.value) for s in shares]
    for other in (bytes(16), b"\xff" * 16, SEED):
        third = RawShare(7, _interpolate([*raw, RawShare(255, other)], 7))
        assert _interpolate([*raw, third], 255) == other


def test_fewer_sheets_and_guesses_make_another_key() -> None:
    for missing in range(3):
        with pytest.raises(StewardError, match="needed"):
            read_key([typed(s) for s in SHEETS[:missing]], KEY)
    stranger = share(bytes(16), "fall", Quorum(3, 5))[1]
    mixed = [typed(SHEETS[0]), typed(SHEETS[1]), typed(stranger[2])]
    with pytest.raises(StewardError, match="another wave"):
        read_key(mixed, KEY)


def test_shares_of_one_key_look_random() -> None:
    """No byte of the seed shows in a share, and the same seed is shared anew each time."""
    first, second = (share(SEED, "fall", Quorum(2, 3))[1] for _ in range(2))
    values = [Share.from_mnemonic(typed(s)).value for s in (*first, *second)]
    assert len(set(values)) == 6
    assert max(Counter(b"".join(values)).values()) < 8
    assert not any(SEED[:4] in value for value in values)


def test_the_same_words_make_another_key_for_another_wave() -> None:
    assert private_key(SEED, "fall").private_bytes_raw() != (
        private_key(SEED, "spring").private_bytes_raw()
    )
    key = StewardKey(
        "spring", KEY.quorum, private_key(SEED, "spring").public_key().public_bytes_raw()
    )
    with pytest.raises(StewardError, match="another wave than 'spring'"):
        read_key([typed(s) for s in SHEETS[:3]], key)


def test_two_keys_are_never_the_same() -> None:
    keys = {make_stewards("fall", Quorum(1, 1))[0].public_key for _ in range(20)}
    assert len(keys) == 20


@pytest.mark.parametrize(
    ("threshold", "count", "sentence"),
    [
        (1, 0, "There can be 1 to 9 stewards, not 0"),
        (2, 10, "There can be 1 to 9 stewards, not 10"),
        (1, 3, "Of 3 stewards, 2 to 3 can be needed to open the box, not 1"),
        (4, 3, "Of 3 stewards, 2 to 3 can be needed to open the box, not 4"),
        (2, 1, "Of 1 stewards, 1 to 1"),
        (0, 1, "not 0"),
    ],
)
def test_a_quorum_that_cannot_be(threshold: int, count: int, sentence: str) -> None:
    with pytest.raises(StewardError, match=sentence):
        require_quorum(Quorum(threshold, count))
    with pytest.raises(StewardError, match=sentence):
        make_stewards("fall", Quorum(threshold, count))


def test_no_sheet_shows_its_words_by_accident() -> None:
    # Not by looking for the words: "numb" is one that a sheet may hold.
    assert [repr(sheet) for sheet in SHEETS] == [f"Sheet(number={s.number})" for s in SHEETS]
    assert str(SHEETS[0]) == "Sheet(number=1)"


def test_a_public_key_survives_paper() -> None:
    line = line_of(KEY)
    assert parse_line(line) == KEY
    assert parse_line(f"\n {line[:30]}\r\n   {line[30:]} \n") == KEY


@pytest.mark.parametrize("at", range(len(line_of(KEY))))
def test_one_wrong_letter_in_a_public_key_is_found(at: int) -> None:
    line = line_of(KEY)
    other = "1" if line[at] != "1" else "2"
    with pytest.raises(StewardError):
        parse_line(line[:at] + other + line[at + 1 :])


@pytest.mark.parametrize("text", ["", "ab" * 32, "survey-stewards/1:fall:2-of-3:", "é" * 99])
def test_what_is_no_public_key(text: str) -> None:
    with pytest.raises(StewardError, match="not a stewards' public key"):
        parse_line(text)


def test_a_fingerprint_can_be_read_aloud_and_checked_by_sha256sum() -> None:
    found = key_fingerprint(bytes(32))
    assert found == "6668 7aad f862 bd77"  # sha256sum of 32 zero bytes begins so
