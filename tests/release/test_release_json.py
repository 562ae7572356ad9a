"""The contract's JSON: its keys exactly, the same bytes each time, nothing malformed taken."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_factory import sample_release

from survey.instrument.model import Headcounts
from survey.release.model import Release, ReleaseError
from survey.release.serialize import from_json, to_json

BODY = to_json(sample_release(60))


def loaded() -> Any:
    return json.loads(BODY)


@pytest.mark.parametrize("people", [0, 8, 40, 240])
@pytest.mark.parametrize("access", ["codes", "open"])
def test_round_trip_is_equal_and_byte_identical(people: int, access: str) -> None:
    release = sample_release(people, access=access)
    body = to_json(release)
    assert from_json(body) == release
    assert to_json(from_json(body)) == body


def test_two_openings_give_the_same_bytes() -> None:
    assert to_json(sample_release(60)) == BODY


@pytest.mark.parametrize("hashing", ["1", "2"])
def test_bytes_do_not_hang_on_the_process(hashing: str) -> None:
    code = (
        "import sys, release_factory, survey.release.serialize as s; "
        "sys.stdout.buffer.write(s.to_json(release_factory.sample_release(60)))"
    )
    paths = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
    env = {"PYTHONHASHSEED": hashing, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True)
    assert done.stdout == BODY


def test_keys_are_those_of_the_contract_in_its_order() -> None:
    found = loaded()
    assert list(found) == [
        *("format", "campaign", "wave", "title", "origin", "access", "k", "fingerprint"),
        *("closed", "responses", "headcount", "breakdowns", "questions", "hidden"),
    ]
    assert list(found["breakdowns"][0]) == ["id", "label", "groups"]
    assert list(found["breakdowns"][0]["groups"][0]) == ["id", "label", "headcount"]
    by_id = {q["id"]: q for q in found["questions"]}
    assert list(by_id["pay"]) == [
        *("id", "text", "kind", "sensitive", "unit", "by", "show_if", "options", "tables"),
    ]
    assert list(by_id["pay"]["tables"][0]) == ["breakdown", "group", "n", "bins", "quantiles"]
    assert list(by_id["breaks"]["tables"][0]) == ["breakdown", "group", "n", "counts"]
    assert by_id["leave-why"]["show_if"] == {"leave": ["likely", "very-likely"]}
    assert list(found["hidden"][0]) == ["question", "breakdown", "group"]


def test_an_estimated_headcount_says_so_and_only_then() -> None:
    assert b"headcount_estimate" not in BODY
    guessed = sample_release(60, headcounts=Headcounts(90, estimate=True))
    assert b'"headcount":90,"headcount_estimate":true,' in to_json(guessed)
    assert from_json(to_json(guessed)) == guessed


def test_numbers_are_tidy() -> None:
    bins = next(q for q in loaded()["questions"] if q["id"] == "pay")["tables"][0]["bins"]
    assert not re.search(rb"\.0\D", BODY)
    assert bins[0][0] is None
    assert type(bins[0][1]) is int


def test_spanish_stays_readable() -> None:
    titled = replace(sample_release(8), title={"es": "¿Cómo está?"})
    assert "¿Cómo está?".encode() in to_json(titled)


Change = Callable[[Any], object]
CHANGES: list[tuple[str, Change]] = [
    ('"format" must be', lambda r: r.update(format="survey-release/2")),
    ('release must be an object with "wave"', lambda r: r.pop("wave")),
    ('without "people"', lambda r: r.update(people=[])),
    ("release.origin must be one of survey, simulated", lambda r: r.update(origin="real")),
    ("release.access must be one of codes, open", lambda r: r.update(access=["codes"])),
    ("release.k must be a whole number", lambda r: r.update(k=5.0)),
    ("release.k must be a whole number", lambda r: r.update(k=True)),
    ("release.closed must be a month", lambda r: r.update(closed="2026-13")),
    ("release.closed must be a month", lambda r: r.update(closed="２０２６-11")),
    ("release.fingerprint must be 64", lambda r: r.update(fingerprint="ab")),
    ("release.responses must be", lambda r: r.update(responses=-1)),
    ("headcount_estimate must be true, or", lambda r: r.update(headcount_estimate=False)),
    ("release.title must be a text in", lambda r: r.update(title={})),
    ("release.title.en must be a text", lambda r: r.update(title={"en": 3})),
    ("release.title.en must be a text without", lambda r: r.update(title={"en": "\ud800"})),
    ("release.questions must be a list", lambda r: r.update(questions={})),
    (r"questions\[0\] must be an object", lambda r: r["questions"].insert(0, None)),
    ("kind must be one of", lambda r: r["questions"][0].update(kind="text")),
    ("sensitive must be true or false", lambda r: r["questions"][0].update(sensitive=0)),
    ("show_if must be an object with one", lambda r: r["questions"][0].update(show_if={})),
    ("breakdown, no group", lambda r: table(r, "breaks").update(group="x")),
    ("counts.never must be", lambda r: table(r, "breaks")["counts"].update(never=-1)),
    ('with "bins"', lambda r: table(r, "pay").pop("bins")),
    ("bins must be bins that follow", lambda r: table(r, "pay").update(bins=[])),
    ("bins must be bins that follow", lambda r: table(r, "pay").update(bins=[[None, 3, 5]])),
    (
        "bins must be bins that follow",
        lambda r: table(r, "pay").update(bins=[[None, 3, 5], [4, None, 5]]),
    ),
    (r"bins\[0\] must be a list of from", lambda r: table(r, "pay").update(bins=[[None, None]])),
    (r"bins\[0\]\[1\] must be a number", lambda r: table(r, "pay").update(bins=[[None, "x", 1]])),
    ('quantiles must be without "p99"', lambda r: table(r, "pay")["quantiles"].update(p99=1)),
    ("p50 must be a number", lambda r: table(r, "pay")["quantiles"].update(p50=10**400)),
    ("no group", lambda r: r["hidden"].append({"question": "q", "breakdown": "b", "group": None})),
]


def table(release: Any, qid: str) -> Any:
    return next(q for q in release["questions"] if q["id"] == qid)["tables"][0]


@pytest.mark.parametrize(("sentence", "change"), CHANGES)
def test_a_malformed_release_is_refused_with_its_place(sentence: str, change: Change) -> None:
    found = loaded()
    change(found)
    with pytest.raises(ReleaseError, match=sentence):
        from_json(json.dumps(found).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"format": NaN}',
        b'{"format": "survey-release/1", "format": "survey-release/1"}',
        b"[" * 100_000,
        b'{"format": ' + b"9" * 5000 + b"}",
        BODY[:-20],
    ],
)
def test_what_is_no_release_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(ReleaseError, match="not a release file"):
        from_json(body)


def read(body: bytes) -> Release | ReleaseError:
    """The release, or the sentence that refuses it; anything else fails the test."""
    try:
        return from_json(body)
    except ReleaseError as error:
        return error


@settings(max_examples=400)
@given(st.integers(0, len(BODY) - 1), st.binary(min_size=0, max_size=3))
def test_damaged_bytes_never_end_in_anything_but_a_sentence(at: int, junk: bytes) -> None:
    body = BODY[:at] + junk + BODY[at + 1 :]
    assert isinstance(read(body), Release) or str(read(body)).endswith(".")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.data(), json_values)
def test_any_value_anywhere_is_read_or_refused(data: st.DataObject, value: object) -> None:
    found = place = loaded()
    for _ in range(data.draw(st.integers(0, 5))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        inner = [key for key in keys if isinstance(place[key], dict | list) and place[key]]
        if inner:
            place = place[data.draw(st.sampled_from(inner))]
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    place[data.draw(st.sampled_from(keys))] = value
    release = read(json.dumps(found).encode())
    if isinstance(release, Release):
        assert from_json(to_json(release)) == release
    else:
        assert str(release).endswith(".")
