"""A release that was made elsewhere is published as it is, or not at all."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from boxkit import ballot, config_in, engine_in
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from factories import EXAMPLE
from release_factory import simulated
from sqlalchemy import Engine

from survey.box import destroy
from survey.box.boxfile import export_box, read_box
from survey.box.destroy import resume_destruction
from survey.box.fold import fold_many
from survey.box.keys import read_key_file
from survey.box.layout import cells_of
from survey.box.slots import Slots
from survey.box.waves import NewWave, Wave, create_wave, find_wave, key_file
from survey.config import Config
from survey.release.ceremony import (
    close_wave,
    facts_of,
    preview,
    preview_file,
    publish_release,
)
from survey.release.model import ReleaseError
from survey.release.published import published_body
from survey.release.serialize import to_json

PEOPLE = 120


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_in(tmp_path)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = engine_in(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def wave(engine: Engine, config: Config) -> Wave:
    """A closed wave with codes, 120 answers and headcounts."""
    counts = "{unit: 200, role: {therapist: 100}, estimate: true}"
    new = NewWave("fall", EXAMPLE, "riverside", "Riverside", origin="imported", headcounts=counts)
    wave = create_wave(engine, config, new)
    cells = (cells_of(wave.layout, answers) for answers in simulated(wave.definition, PEOPLE))
    responses = ((found, ballot(n)) for n, found in enumerate(cells))
    assert len(list(fold_many(engine, config, wave, responses))) == PEOPLE
    close_wave(engine, config, "fall")
    found = find_wave(engine, "fall")
    assert found is not None
    return found


@pytest.fixture
def key(config: Config, wave: Wave) -> X25519PrivateKey:
    return read_key_file(key_file(config, "fall"), wave)


@pytest.fixture
def body(engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey) -> bytes:
    """What an opening elsewhere writes."""
    return to_json(preview(engine, config, "fall", key))


def test_opened_elsewhere_is_the_same_to_the_byte(
    engine: Engine, config: Config, wave: Wave, key: X25519PrivateKey, body: bytes, tmp_path: Path
) -> None:
    export_box(engine, config, wave, tmp_path / "b")
    assert to_json(preview_file(read_box(tmp_path / "b"), key)) == body


def test_it_is_published_as_it_is_and_the_box_is_gone(
    engine: Engine, config: Config, wave: Wave, body: bytes
) -> None:
    publish_release(engine, config, "fall", body)
    assert published_body(engine, "fall") == body
    assert not Slots(config.state_keys, "fall").exist()
    with pytest.raises(ReleaseError, match="already published"):
        publish_release(engine, config, "fall", body)


Edit = Callable[[dict[str, Any]], object]


def sets(name: str, value: object) -> Edit:
    return lambda release: release.update({name: value})


def first_table(release: dict[str, Any]) -> dict[str, Any]:
    return next(q for q in release["questions"] if q["id"] == "workload")["tables"][0]


def one_more(release: dict[str, Any]) -> None:
    counts = first_table(release)["counts"]
    counts["agree"] += 1


def small_group(release: dict[str, Any]) -> None:
    table = next(
        t
        for q in release["questions"]
        if q["id"] == "workload"
        for t in q["tables"]
        if t["breakdown"] == "role"
    )
    table["n"], table["counts"] = 2, {"disagree": 2, "neither": 0, "agree": 0}


def reworded(release: dict[str, Any]) -> None:
    release["questions"][3]["text"]["en"] = "What should you be paid?"


def relabelled(release: dict[str, Any]) -> None:
    workload = next(q for q in release["questions"] if q["id"] == "workload")
    workload["options"][0]["label"]["en"] = "Agree"


def no_longer_sensitive(release: dict[str, Any]) -> None:
    next(q for q in release["questions"] if q["id"] == "leave")["sensitive"] = False


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (sets("wave", "spring"), "of the wave 'spring', not of 'fall'"),
        (sets("fingerprint", "0" * 64), "made under other rules"),
        (sets("responses", PEOPLE + 1), "number of responses (121, not 120)"),
        (sets("closed", "2020-01"), "its closed"),
        (sets("campaign", "Lakeside"), "its campaign"),
        (sets("origin", "survey"), "its origin"),
        (sets("access", "open"), "its access"),
        (sets("k", 6), "its k"),
        (sets("title", {"en": "Other"}), "its title"),
        (sets("headcount", 120), "its headcount"),
        (lambda release: release.pop("headcount_estimate"), "its headcount"),
        (lambda release: release["breakdowns"].pop(), "its list of breakdowns"),
        (lambda release: release["questions"].pop(), "its list of questions"),
        (lambda release: release["questions"].reverse(), "its list of questions"),
        (reworded, "its question 'pay'"),
        (relabelled, "its question 'workload'"),
        (no_longer_sensitive, "its question 'leave'"),
        (one_more, "must not be published: workload"),
        (small_group, "must not be published: workload"),
        (lambda release: release["hidden"].clear(), "must not be published"),
    ],
)
def test_whatever_was_changed_in_it_is_refused(
    engine: Engine, config: Config, wave: Wave, body: bytes, edit: Edit, sentence: str
) -> None:
    release = json.loads(body)
    edit(release)
    changed = json.dumps(release, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    assert changed != body
    with pytest.raises(ReleaseError) as error:
        publish_release(engine, config, "fall", changed)
    assert sentence in str(error.value)
    assert published_body(engine, "fall") is None
    publish_release(engine, config, "fall", body)


def test_a_release_in_other_bytes_is_refused(
    engine: Engine, config: Config, wave: Wave, body: bytes
) -> None:
    for other in (
        body.rstrip(),
        json.dumps(json.loads(body)).encode(),
        body.replace(b'":', b'": '),
    ):
        with pytest.raises(ReleaseError, match="written anew by another program"):
            publish_release(engine, config, "fall", other)
    with pytest.raises(ReleaseError, match="not a release file"):
        publish_release(engine, config, "fall", b"{}")


def test_an_open_wave_takes_no_release(
    engine: Engine, config: Config, wave: Wave, body: bytes
) -> None:
    create_wave(engine, config, NewWave("spring", EXAMPLE, "riverside", "Riverside"))
    with pytest.raises(ReleaseError, match="still open"):
        publish_release(engine, config, "spring", body)


def test_every_small_box_fits_its_own_release(tmp_path: Path) -> None:
    """Merged options, hidden questions, whole units: what `preview` makes is never refused."""
    for people in (0, 4, 7, 12, 25):
        for access in ("codes", "open"):
            config, engine = config_in(tmp_path / f"{people}{access}"), None
            engine = engine_in(tmp_path / f"{people}{access}")
            new = NewWave("w", EXAMPLE, "c", "C", origin="simulated", access=access)  # type: ignore[arg-type]
            wave = create_wave(engine, config, new)
            cells = [cells_of(wave.layout, a) for a in simulated(wave.definition, people)]
            list(fold_many(engine, config, wave, ((c, ballot(n)) for n, c in enumerate(cells))))
            close_wave(engine, config, "w")
            found = find_wave(engine, "w")
            assert found is not None
            assert facts_of(found).responses == people
            key = read_key_file(key_file(config, "w"), found)
            publish_release(engine, config, "w", to_json(preview(engine, config, "w", key)))
            engine.dispose()


def test_a_crash_between_publishing_and_destroying_resumes(
    engine: Engine, config: Config, wave: Wave, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(destroy, "_destroy", killed)
    with pytest.raises(KeyboardInterrupt):
        publish_release(engine, config, "fall", body)
    monkeypatch.undo()
    assert published_body(engine, "fall") == body
    assert key_file(config, "fall").exists()
    assert resume_destruction(engine, config) == ("fall",)
    assert not key_file(config, "fall").exists()
    assert not Slots(config.state_keys, "fall").exist()
