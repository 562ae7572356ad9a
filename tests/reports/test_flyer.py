"""The flyer and the picture beside a shared link: the campaign's own words, and no code."""

import io
import struct
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from reports.public import flyer
from reports.public.content import DEFAULT, load_content
from reports.public.flyer import flyer_pdf
from reports.public.model import Content
from reports.public.share import share_png, share_version
from reports.public.yamlfile import ContentError

SITE = "https://survey.example.org"
TODAY = date(2026, 11, 1)
CONTENT = load_content(DEFAULT)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("lang", CONTENT.languages)
@pytest.mark.parametrize("paper", flyer.PAPERS)
def test_one_page_with_all_that_it_needs(lang: str, paper: str) -> None:
    made = flyer_pdf(CONTENT, lang, SITE, TODAY, paper)
    assert len(PdfReader(io.BytesIO(made)).pages) == 1
    text = words(made).replace(" ", "")
    for said in (
        CONTENT.headline[lang],
        CONTENT.survey.reminders[0][lang],
        *(goal.title[lang] for goal in CONTENT.working_toward.items[:3]),
    ):
        assert said.replace(" ", "") in text
    assert "BLS" in text
    assert "□" not in text


def with_goals(text: str, lang: str = "en") -> Content:
    """The campaign, with that text for each of its goals."""
    toward = CONTENT.working_toward
    goals = tuple(replace(goal, text={lang: text}) for goal in toward.items)
    return replace(CONTENT, working_toward=replace(toward, items=goals))


@pytest.mark.parametrize("paper", flyer.PAPERS)
@pytest.mark.parametrize("times", [3, 6])
def test_long_goals_are_set_smaller_and_stay_on_the_page(paper: str, times: int) -> None:
    goal = "Limits that count how much help each client needs, and a plan. " * times
    made = flyer_pdf(with_goals(goal), "en", SITE, TODAY, paper)
    assert len(PdfReader(io.BytesIO(made)).pages) == 1
    assert words(made).count("how much help each client needs") == 3 * times


def test_what_fits_on_no_page_is_refused_with_a_sentence() -> None:
    with pytest.raises(ContentError, match=r"Shorten the headline, the first 3 goals") as error:
        flyer_pdf(with_goals("Far too much of it. " * 200), "en", SITE, TODAY)
    assert str(error.value).count(". ") == 1


@pytest.mark.parametrize(
    ("slug", "link"), [("", f"{SITE}/?lang=en"), ("fall", f"{SITE}/s/fall?lang=en")]
)
def test_where_the_qr_code_leads(slug: str, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    real = flyer.qr_svg
    monkeypatch.setattr(flyer, "qr_svg", lambda text: drawn.append(text) or real(text))
    flyer_pdf(CONTENT, "en", SITE, TODAY, slug=slug)
    assert drawn == [link]


def test_an_invented_campaign_says_so_on_paper() -> None:
    assert "This campaign is made up" in words(flyer_pdf(CONTENT, "en", SITE, TODAY))


def test_the_picture_has_the_size_that_chat_programs_want() -> None:
    made = share_png(CONTENT, "en")
    assert made.startswith(b"\x89PNG")
    assert struct.unpack(">II", made[16:24]) == (1200, 630)
    assert len(made) < 300_000
    assert share_version(CONTENT, "en") != share_version(CONTENT, "es")


def test_the_page_names_its_picture_and_no_third_party(client) -> None:
    soup = BeautifulSoup(client.get("/?lang=es").text, "html.parser")
    meta = {tag["property"]: tag["content"] for tag in soup.select("meta[property]")}
    assert meta["og:title"] == CONTENT.name["es"]
    assert meta["og:description"] == CONTENT.headline["es"]
    assert meta["og:image"].startswith("http://localhost/share.png?")
    response = client.get(meta["og:image"].removeprefix("http://localhost"))
    assert response.mimetype == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in client.get("/share.png?v=old").headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_the_risk_of_public_records_is_said_with_its_source(client) -> None:
    for lang in CONTENT.languages:
        shown = client.get(f"/?lang={lang}").text
        assert "192.311(5)" in shown
    assert any("public record" in point.text["en"] for point in CONTENT.rights.items)


def test_the_desk_has_the_flyer_of_an_open_wave(organizer, client, engine, config) -> None:
    from factories import EXAMPLE

    from survey.box.waves import NewWave, create_wave

    create_wave(engine, config, NewWave("fall", EXAMPLE, "c", "C", access="open"))
    made = organizer.get("/desk/waves/fall/flyer.pdf?language=es&paper=a4")
    assert made.mimetype == "application/pdf"
    assert "/s/fall" in words(made.data)
    assert organizer.get("/desk/waves/none/flyer.pdf").status_code == 404
    assert organizer.get("/desk/waves/fall/flyer.pdf?paper=a5").status_code == 404
    assert client.get("/desk/waves/fall/flyer.pdf").status_code == 303
