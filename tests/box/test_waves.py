"""Waves: made whole or not at all, never twice, never with another definition."""

from dataclasses import replace
from pathlib import Path

import pytest
from boxkit import DEFINITION, World, ballot, config_in, engine_in, make_world, new_wave
from sqlalchemy import Engine, select

from survey.box.errors import FoldUnavailable, KeyFileError
from survey.box.fold import Folder
from survey.box.layout import BoxError
from survey.box.slots import Slots
from survey.box.waves import (
    NewWave,
    create_wave,
    find_wave,
    key_file,
    list_waves,
    require_same_definition,
)
from survey.config import Config
from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition
from survey.store import tables

pytestmark = pytest.mark.usefixtures("each_store")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return engine_in(tmp_path)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return config_in(tmp_path)


def test_a_new_wave_is_open_and_reads_back_as_given(engine: Engine, config: Config) -> None:
    made = create_wave(engine, config, new_wave(access="codes", headcounts="{unit: 240}"))
    assert (made.state, made.access, made.origin, made.custody) == (
        "open",
        "codes",
        "survey",
        "key-file",
    )
    assert made.definition == parse_definition(DEFINITION)
    assert made.headcounts.unit == 240
    assert made.fingerprint == made.layout.fingerprint
    assert (made.campaign, made.campaign_name) == ("clinic", "Clinic workers")
    assert (made.closed, made.responses, made.digest, made.shared) == (None, None, None, False)
    assert find_wave(engine, "north") == made
    assert key_file(config, "north").exists()


def test_an_unknown_slug_is_none(engine: Engine) -> None:
    assert find_wave(engine, "none") is None
    assert list_waves(engine) == ()


def test_waves_of_one_campaign_share_it_and_have_keys_of_their_own(
    engine: Engine, config: Config
) -> None:
    create_wave(engine, config, new_wave("one"))
    create_wave(engine, config, new_wave("two", campaign_name="Renamed"))
    one, two = list_waves(engine)
    assert (one.slug, two.slug) == ("one", "two")
    assert one.campaign_name == two.campaign_name == "Clinic workers"
    assert one.public_key != two.public_key


@pytest.mark.parametrize(
    "slug", ["", "North", "-a", "a-", "a.b", "../x", "a/b", "a" * 65, "é", "a\n"]
)
def test_a_slug_that_is_no_address_is_refused(engine: Engine, config: Config, slug: str) -> None:
    with pytest.raises(BoxError, match="cannot be used in an address"):
        create_wave(engine, config, new_wave(slug))
    with pytest.raises(BoxError, match="cannot be used in an address"):
        create_wave(engine, config, new_wave(campaign=slug))


@pytest.mark.parametrize("slug", ["a", "2026", "a--b", "a" * 64])
def test_a_slug_that_is_one_is_taken(engine: Engine, config: Config, slug: str) -> None:
    assert create_wave(engine, config, new_wave(slug)).slug == slug


@pytest.mark.parametrize(
    ("field", "value"), [("access", "secret"), ("origin", "real"), ("custody", "trust")]
)
def test_a_word_that_is_none_of_ours_is_refused(
    engine: Engine, config: Config, field: str, value: str
) -> None:
    with pytest.raises(BoxError, match=f"'{value}' is not one of"):
        create_wave(engine, config, new_wave(**{field: value}))


def test_a_second_wave_of_the_same_slug_is_refused(engine: Engine, config: Config) -> None:
    made = create_wave(engine, config, new_wave())
    key = key_file(config, "north").read_bytes()
    with pytest.raises(BoxError, match="already a wave 'north'"):
        create_wave(engine, config, new_wave())
    with pytest.raises(BoxError, match="its questionnaire is not this one"):
        create_wave(engine, config, new_wave(definition=DEFINITION.replace("k: 5", "k: 6")))
    assert find_wave(engine, "north") == made
    assert key_file(config, "north").read_bytes() == key


@pytest.mark.parametrize(
    ("change", "what"),
    [(("k: 5", "k: 6"), "questions, groups or rules"), (("Which job?", "Which?"), "words")],
)
def test_a_changed_definition_against_a_standing_box_is_refused(
    engine: Engine, config: Config, change: tuple[str, str], what: str
) -> None:
    wave = create_wave(engine, config, new_wave())
    require_same_definition(wave, parse_definition(DEFINITION + "\n# a comment\n"))
    with pytest.raises(BoxError, match=f"its {what} differ"):
        require_same_definition(wave, parse_definition(DEFINITION.replace(*change)))


def test_a_bad_definition_or_headcount_leaves_nothing(engine: Engine, config: Config) -> None:
    for bad in (new_wave(definition="format: x"), new_wave(headcounts="{unit: many}")):
        with pytest.raises(DefinitionError):
            create_wave(engine, config, bad)
    assert list_waves(engine) == ()
    assert not config.private.exists()
    assert not config.state_keys.exists()


def test_what_fails_half_way_leaves_nothing(
    engine: Engine, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Slots, "create", fail)
        with pytest.raises(FoldUnavailable, match="disk may be full"):
            create_wave(engine, config, new_wave())
    assert list_waves(engine) == ()
    with engine.connect() as connection:
        assert connection.execute(select(tables.campaign)).all() == []
    create_wave(engine, config, new_wave())


def test_another_installation_in_the_same_key_folder_loses_nothing(tmp_path: Path) -> None:
    first = make_world(tmp_path / "a")
    config = replace(config_in(tmp_path / "b"), state_keys=first.config.state_keys)
    engine = engine_in(tmp_path / "b")
    with pytest.raises(BoxError, match="second installation"):
        create_wave(engine, config, new_wave())
    assert first.folder().fold(first.cells({}), ballot(1)).name == "COUNTED"


def test_a_left_over_key_file_is_not_overwritten(engine: Engine, config: Config) -> None:
    config.private.mkdir(parents=True)
    key_file(config, "north").write_text("precious")
    with pytest.raises(KeyFileError, match="already there"):
        create_wave(engine, config, new_wave())
    assert key_file(config, "north").read_text() == "precious"
    assert list_waves(engine) == ()


def test_stewards_without_a_key_are_refused_in_a_sentence(engine: Engine, config: Config) -> None:
    new = NewWave("north", DEFINITION, "clinic", "Clinic", custody="stewards")
    with pytest.raises(BoxError, match="needs their public key"):
        create_wave(engine, config, new)
    assert list_waves(engine) == ()


def test_a_version_with_other_rules_touches_no_running_wave(tmp_path: Path) -> None:
    world: World = make_world(tmp_path)
    changed = replace(world.wave, fingerprint="0" * 64)
    with pytest.raises(BoxError, match="other disclosure rules"):
        Folder(world.engine, world.config, changed)
