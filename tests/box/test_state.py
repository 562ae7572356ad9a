"""The blob: always of one length, and bound to its wave."""

import os
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.box.layout import BoxError
from survey.box.state import CAPACITY, FLUSH, Binding, State, decrypt, empty_state, encrypt

BINDING = Binding(1, "north", "ab" * 32, 10)
KEY = b"k" * 32

states = st.builds(
    lambda responses, ballots, hashes, cells, key: State(
        responses, ballots, frozenset(hashes), np.array(cells, dtype="<u4"), key
    ),
    st.integers(0, 2**32 - 1),
    st.integers(0, FLUSH - 1),
    st.sets(st.binary(min_size=32, max_size=32), max_size=CAPACITY),
    st.lists(st.integers(0, 2**32 - 1), min_size=10, max_size=10),
    st.sampled_from([b"", b"c" * 32]),
)


@given(states)
def test_what_goes_in_comes_out_and_the_length_tells_nothing(state: State) -> None:
    blob = encrypt(state, BINDING, KEY)
    empty = replace(empty_state(10), checkpoint_key=state.checkpoint_key)
    assert len(blob) == len(encrypt(empty, BINDING, KEY))
    found = decrypt(blob, BINDING, KEY)
    assert found is not None
    assert (found.masked == state.masked).all()
    assert (found.responses, found.ballots) == (state.responses, state.ballots)
    assert found.hashes == state.hashes
    assert found.checkpoint_key == state.checkpoint_key


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, wave_id=2),
        replace(BINDING, slug="south"),
        replace(BINDING, fingerprint="cd" * 32),
    ],
)
def test_a_blob_opens_for_its_own_wave_only(other: Binding) -> None:
    assert decrypt(encrypt(empty_state(10), BINDING, KEY), other, KEY) is None


def test_another_key_or_a_flipped_bit_does_not_open_a_blob() -> None:
    blob = encrypt(empty_state(10), BINDING, KEY)
    assert decrypt(blob, BINDING, os.urandom(32)) is None
    assert decrypt(blob[:-1] + bytes([blob[-1] ^ 1]), BINDING, KEY) is None


def test_a_blob_of_another_version_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("survey.box.state._VERSION", 2)
        blob = encrypt(empty_state(10), BINDING, KEY)
    with pytest.raises(BoxError, match="another version"):
        decrypt(blob, BINDING, KEY)
