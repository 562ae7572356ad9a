"""Each page in a language that nobody speaks: what is still Latin on it escaped translation."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pseudo
import pytest
from browsing import check_page
from flask import Flask
from sqlalchemy import update
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
from survey.web import languages

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pseudo")
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


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/?area=Bend, OR", 200),
        ("/s/1", 200),
        ("/s/1/privacy", 200),
        ("/s/2", 200),
        ("/s/2/privacy", 200),
        ("/s/3", 410),
        ("/s/4", 410),
        ("/thanks", 200),
        ("/results/4", 200),
        ("/results/3", 404),
        ("/s/nowhere", 404),
    ],
)
def test_every_page(site: Site, path: str, status: int) -> None:
    html = site.get(path)
    check_page(html, status)
    assert pseudo.untranslated(html.text) == []


@pytest.mark.parametrize(
    ("slug", "data", "status"),
    [
        ("1", {"code": "", "pay": "plenty", "caseload": "-5"}, 422),
        ("1", {"code": "x", "role": "pilot", "pay": "9" * 12}, 422),
        ("1", {"code": "0000000000000", "pay": "52000", "pay--unit": "USD/hour"}, 422),
        ("1", {"code": "CODE", "form": "forged"}, 422),
        ("2", {"caseload": "5", "caseload--na": "1", "form": "forged"}, 422),
        ("3", {}, 410),
        ("5", {}, 503),
    ],
)
def test_every_answer_to_what_was_sent(
    site: Site, slug: str, data: dict[str, str], status: int
) -> None:
    given = {name: site.code if value == "CODE" else value for name, value in data.items()}
    answered = site.send(slug, **given)
    check_page(answered, status)
    assert pseudo.untranslated(answered.text) == []


def test_it_can_find_what_was_not_translated() -> None:
    frame = f'<html lang="{pseudo.LANG}" dir="rtl"><p>%s</p></html>'
    inner = pseudo.pseudo("of %(all)s") % {"all": pseudo.pseudo("all")}
    assert pseudo.untranslated(frame % f"{inner}: 5, <b lang='en'>Source</b>") == []
    assert pseudo.untranslated(frame % f"{inner} left") == [f"{inner} left"]
    assert pseudo.untranslated(frame % '<a aria-label="left">⟦א⟧</a>') == ["left"]


def test_what_the_program_speaks_is_put_back() -> None:
    before = languages.SUPPORTED, dict(languages.NAMES), languages.FOLDER
    with TemporaryDirectory() as folder, pseudo.spoken(Path(folder)):
        assert before != (languages.SUPPORTED, languages.NAMES, languages.FOLDER)
    assert before == (languages.SUPPORTED, languages.NAMES, languages.FOLDER)
