"""A whole site in the language of pseudo.py, with a wave in each state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pseudo
from browsing import check_page
from flask import Flask
from sqlalchemy import update
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from reports.public.content import DEFAULT
from survey import create_app
from survey.box.keys import read_key_file
from survey.box.waves import NewWave, create_wave, find_wave, key_file
from survey.config import load_config
from survey.intake.issue import issue_new_codes
from survey.intake.simulate import simulate
from survey.release.ceremony import close_wave, publish
from survey.store import tables

NAME = pseudo.pseudo("Cascade workers")


@dataclass(frozen=True)
class Site:
    """Waves 1 (codes), 2 (open link, imported), 3 (closed), 4 (published), 5 (state lost)."""

    app: Flask
    code: str

    def get(self, path: str) -> TestResponse:
        sign = "&" if "?" in path else "?"
        return self.app.test_client().get(f"{path}{sign}lang={pseudo.LANG}")

    def send(self, slug: str, **data: str) -> TestResponse:
        form = self.get("/s/1" if slug == "3" else f"/s/{slug}")
        found = check_page(form).select_one("input[name=form]")
        assert found is not None
        sent = {"form": found["value"], **data}
        return self.app.test_client().post(f"/s/{slug}?lang={pseudo.LANG}", data=sent)


@contextmanager
def pseudo_site(folder: Path) -> Iterator[Site]:
    """The site below that folder; while it lasts, the whole process speaks the language."""
    with pseudo.spoken(folder / "translations"):
        config = load_config({"SURVEY_DATA": str(folder / "data")})
        config.data.mkdir()
        (config.data / "campaign.yaml").write_text(pseudo.campaign(DEFAULT), "utf-8")
        app = create_app(config)
        app.testing = True
        yield Site(app, _waves(app))
        app.extensions["survey"].engine.dispose()


def _waves(app: Flask) -> str:
    services = app.extensions["survey"]
    engine, config = services.engine, services.config
    full, pulse = map(pseudo.questionnaire, ("behavioral-health-full", "pulse"))
    for slug, text, more in (
        ("1", full, {"origin": "simulated"}),
        ("2", pulse, {"origin": "imported", "access": "open"}),
        ("3", pulse, {"origin": "simulated", "access": "open"}),
        ("4", pulse, {"origin": "simulated", "headcounts": "{unit: 260, estimate: true}"}),
        ("5", pulse, {"origin": "simulated", "access": "open"}),
    ):
        create_wave(engine, config, NewWave(slug, text, "c", NAME, **more))
    one, four = (find_wave(engine, slug) for slug in ("1", "4"))
    assert one
    assert four
    simulate(engine, config, four, 120, seed=1)
    for slug in ("3", "4"):
        close_wave(engine, config, slug)
    publish(engine, config, "4", read_key_file(key_file(config, "4"), four))
    with engine.begin() as db:
        db.execute(update(tables.wave).where(tables.wave.c.slug == "4").values(shared=True))
    for path in Path(config.state_keys).glob("5*"):
        path.unlink()
    return issue_new_codes(engine, services.secret, one, 1)[0]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of the app, served on this machine while it lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
