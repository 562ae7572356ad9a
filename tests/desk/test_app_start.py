import pytest
from desk_waves import Make
from sqlalchemy import Engine

from survey import create_app
from survey.box.keys import read_key_file
from survey.box.slots import Slots
from survey.box.waves import key_file
from survey.config import Config
from survey.release.ceremony import close_wave, publish


def test_lost_answers_are_said_at_the_start_and_stop_nothing(
    make_wave: Make, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    make_wave(10)
    make_wave(slug="other")
    Slots(config.state_keys, "fall").remove()
    again = create_app(config)
    assert "The answers of wave 'fall' so far are lost" in caplog.text
    assert "'other'" not in caplog.text
    assert again.test_client().get("/s/other").status_code == 200
    again.extensions["survey"].engine.dispose()


def test_a_destruction_that_was_cut_short_is_finished(
    make_wave: Make, config: Config, engine: Engine
) -> None:
    wave, path = make_wave(60), key_file(config, "fall")
    close_wave(engine, config, "fall")
    key = path.read_bytes()
    publish(engine, config, "fall", read_key_file(path, wave))
    path.write_bytes(key)  # as if the crash had come before it was removed
    create_app(config).extensions["survey"].engine.dispose()
    assert not path.exists()
