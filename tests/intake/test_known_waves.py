"""A wave that was looked up is believed for a second, and never longer."""

from survey.box.waves import find_wave
from survey.intake.known import FRESH, KnownWaves


def test_a_wave_is_asked_for_again_after_a_second(worker, engine):
    now = 100.0
    known = KnownWaves(lambda: now)
    assert known.find(engine, "fall").state == "open"
    worker.count()
    now += FRESH / 2
    assert known.find(engine, "fall").state == "open"
    now += FRESH / 2
    assert known.find(engine, "fall") == find_wave(engine, "fall")
    assert known.find(engine, "fall").state == "closed"


def test_an_unknown_wave_is_found_as_soon_as_it_is_made(wave_in, engine):
    known = KnownWaves()
    assert known.find(engine, "fall") is None
    wave_in()
    assert known.find(engine, "fall") is not None
