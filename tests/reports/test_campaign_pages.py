"""The campaign page and the public summary, as a worker's phone sees them."""

import os
import re
from dataclasses import replace
from datetime import date

import pytest
from browsing import heading, page, text
from release_factory import sample_release
from report_waves import add_wave
from sqlalchemy import update

from reports.findings import findings
from reports.headlines import headlines
from reports.public import pages
from reports.public.content import DEFAULT, content_file, load_content
from reports.public.figures import shown
from reports.public.pages import Words
from survey.release.model import OTHERS
from survey.store import tables


def weight(client, path):
    """Bytes of a first visit: the page, its styles and the pictures that a phone loads."""
    soup = page(client, path)
    sheets = [tag["href"] for tag in soup.select("link[rel=stylesheet], link[rel=icon]")]
    pictures = [tag["src"] for tag in soup.select("img")]
    return len(client.get(path).data) + sum(
        len(client.get(address).data) for address in (*sheets, *pictures)
    )


def test_it_says_what_it_must(client):
    soup = page(client, "/")
    words = text(soup)
    assert heading(soup) == "People get better when the people who care for them can stay."
    for needed in (
        "Who we are",
        "The union difference",
        "How pay compares",
        "What we are working toward",
        "In our own words",
        "Join us",
        "Use your own phone, not work Wi-Fi or a work device.",
        "It is not for supervisors or managers.",
    ):
        assert needed in words


def test_it_needs_no_script_and_sets_no_cookie(client):
    for path in ("/", "/?lang=es", "/charts/wages.svg"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers
        assert "<script" not in response.text
        assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert re.findall(r'(?:src|srcset|action)="(https?:[^"]*)"', client.get("/").text) == []


def test_a_first_visit_is_small(client):
    assert weight(client, "/") < 100_000


def test_made_up_campaigns_and_quotes_say_so(client):
    soup = page(client, "/")
    assert "This campaign is made up" in text(soup)
    quotes = soup.select(".quote")
    assert quotes
    assert all("Example, not a real quote" in text(quote) for quote in quotes)


def test_every_figure_stands_with_its_period_and_source(client):
    for card in page(client, "/").select(".difference"):
        assert re.search(r"\b20\d\d\b", text(card))
        assert "Source:" in text(card)
        assert card.select_one("a[href^=https]")


def test_bars_start_at_zero_and_shares_of_people_end_at_100():
    figures = load_content(DEFAULT).union_difference.figures
    by_caption = {f.caption["en"]: shown(f, "en", date(2026, 11, 1)) for f in figures}
    pay = by_caption["Typical (median) weekly pay, full time, in community and social service jobs"]
    assert (pay.union.text, pay.nonunion.text) == ("$1,399", "$1,138")
    assert pay.nonunion.length == pytest.approx(1138 / 1399)
    care = by_caption["Workers whose job offers medical care benefits, private industry"]
    assert care.union.length == pytest.approx(0.96)


def test_the_area_is_chosen_in_the_address(client):
    soup = page(client, "/?area=Salem, OR")
    assert soup.select_one("#area option[selected]").get_text() == "Salem, OR"
    assert "Salem, OR" in text(soup.select_one("#wages-table").find_parent("table"))
    assert page(client, "/?area=Atlantis").select_one("#area option[selected]").text == "Oregon"


def test_the_chart_is_a_picture_with_a_table(client):
    soup = page(client, "/?area=Salem, OR")
    picture = soup.select_one(".chart img")
    assert "Registered nurses, Salem, OR" in picture["alt"]
    response = client.get(picture["src"])
    assert response.mimetype == "image/svg+xml"
    assert "style=" not in response.text
    assert response.headers["Cache-Control"] == "public, max-age=3600"
    assert "$32.79" in text(page(client, "/").select_one(".figures"))


def test_open_waves_are_offered_and_others_are_not(client, engine):
    assert "No survey is open right now." in text(page(client, "/"))
    add_wave(engine, "spring", state="open")
    add_wave(engine, "winter", state="closed")
    soup = page(client, "/")
    assert [a["href"] for a in soup.select("a[href^='/s/']")] == ["/s/spring?lang=en"]
    assert "Made-up data" in text(soup.select_one("#survey").parent)


def test_spanish_reads_spanish(client):
    soup = page(client, "/?lang=es")
    assert soup.html["lang"] == "es"
    assert "La diferencia de tener un sindicato" in text(soup)
    assert "Ejemplo, no es una cita real" in text(soup)


def test_a_summary_is_public_only_where_it_is_shared(client, engine):
    add_wave(engine, "quiet", sample_release(wave="quiet"), shared=False)
    add_wave(engine, "loud", sample_release(wave="loud"), shared=True)
    page(client, "/results/quiet", 404)
    page(client, "/results/nowhere", 404)
    assert heading(page(client, "/results/loud")) == "What we found"
    assert [a["href"] for a in page(client, "/").select("a[href^='/results/']")] == [
        "/results/loud?lang=en"
    ]


def test_a_real_waves_summary_speaks_languages_that_somebody_read(client, engine):
    release = replace(sample_release(), origin="survey")
    add_wave(engine, "loud", release, shared=True)
    assert page(client, "/results/loud?lang=es").html["lang"] == "en"
    with engine.begin() as db:
        db.execute(update(tables.wave).values(languages_confirmed="es"))
    assert page(client, "/results/loud?lang=es").html["lang"] == "es"


def test_a_summary_shows_the_unit_and_nothing_else(client, engine):
    release = sample_release()
    add_wave(engine, "loud", release, shared=True)
    soup = page(client, "/results/loud")
    words = text(soup)
    assert "Made-up data" in words
    asked = {one["id"] for one in soup.select(".question h3")}
    assert asked == {q.id for q in release.questions} - {"role", "worksite"}
    groups = {t.group for q in release.questions for t in q.tables} - {None, OTHERS}
    labels = {g.label["en"] for b in release.breakdowns for g in b.groups if g.id in groups}
    answers = {o.label["en"] for q in release.questions for o in q.options}
    assert not [label for label in labels - answers if f" {label} " in words]


def test_no_group_is_within_reach_of_the_page(client, engine, monkeypatch):
    """The template is handed the whole unit, not what it must leave out."""
    handed = []
    monkeypatch.setattr(pages, "render_template", lambda _, **given: handed.append(given) or "")
    add_wave(engine, "loud", release := sample_release(), shared=True)
    client.get("/results/loud")
    (given,) = handed
    assert release.breakdowns[0].groups
    assert not [b for b in given["release"].breakdowns if b.groups]
    assert {t.breakdown for q in given["release"].questions for t in q.tables} == {None}
    assert {finding.group for finding in given["headlines"]} == {None}
    assert given["headlines"] == headlines(release, findings(release, "en"))


def test_more_answers_than_the_headcount_are_of_no_number(client, engine):
    for slug, headcount in (("right", 360), ("low", 200)):
        release = replace(sample_release(), wave=slug, headcount=headcount)
        add_wave(engine, slug, release, shared=True)
    assert "240 people answered of 360." in text(page(client, "/results/right"))
    assert "240 people answered." in text(page(client, "/results/low"))


def test_what_is_hidden_has_its_sentence(client, engine):
    release = sample_release(9)
    add_wave(engine, "tiny", release, shared=True)
    hidden = [h.question for h in release.hidden if h.breakdown is None]
    assert hidden
    soup = page(client, "/results/tiny")
    for qid in set(hidden) - {"role", "worksite"}:
        card = soup.select_one(f"#{qid}").parent
        assert "Not shown, to protect people." in text(card)


def test_the_campaigns_own_file_is_taken_and_read_again(app, config, client):
    assert content_file(config) == DEFAULT
    own = config.data / "campaign.yaml"
    own.write_text(DEFAULT.read_text("utf-8"), "utf-8")
    assert content_file(config) == own


def test_a_file_that_becomes_unreadable_leaves_the_page_as_it_was(app, client, config):
    own = config.data / "campaign.yaml"
    own.write_text(DEFAULT.read_text("utf-8"), "utf-8")
    words = app.extensions["campaign"] = Words(own)
    own.write_text(own.read_text("utf-8").replace("People get better", "People heal"), "utf-8")
    os.utime(own, ns=(1, 1))
    assert heading(page(client, "/")).startswith("People heal")
    own.write_text("format: [", "utf-8")
    os.utime(own, ns=(2, 2))
    assert heading(page(client, "/")).startswith("People heal")
    assert words.content.made_up
