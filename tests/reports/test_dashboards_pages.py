"""The dashboards behind sign-in: what they show, to whom, and what they never show."""

import json
from dataclasses import replace

import pytest
from browsing import heading, page, text
from release_factory import sample_release
from report_waves import add_wave

from reports.dashboards.comparison import compare, default_choice
from reports.exports.brief import brief_data
from reports.topics import questions_on, topic_of
from survey.release.model import Hidden, Release, Table

HIDDEN = "Not shown, to protect people."
TABS = ("", "pay", "caseload", "turnover", "questions")
RELEASE = sample_release(wave="spring")


@pytest.fixture
def spring(engine):
    add_wave(engine, "spring", RELEASE)
    return "/desk/results/spring/"


@pytest.mark.parametrize("tab", [*TABS, "chart/leave.all.svg", "chart/leave.all.png"])
def test_a_stranger_is_sent_to_sign_in(client, spring, tab):
    response = client.get(spring + tab)
    assert response.status_code == 303
    assert "/desk/sign-in" in response.location


@pytest.mark.parametrize("tab", TABS)
def test_a_reader_sees_every_page_with_its_kind_of_data(reader, spring, tab):
    soup = page(reader, spring + tab)
    assert "Made-up data" in text(soup.select_one(".results-head"))
    assert "Made-up data" in text(soup.select_one(".results-foot"))
    assert soup.select_one(".tabs [aria-current]")
    assert "How to read this" in text(soup)


def test_imported_answers_say_so_too(reader, engine):
    add_wave(engine, "old", replace(RELEASE, wave="old", origin="imported"))
    head = page(reader, "/desk/results/old/pay").select_one(".results-head")
    assert "Imported answers" in text(head)
    assert "Imported answers" in text(page(reader, "/desk/results/"))


def test_answers_given_here_carry_no_label(reader, engine):
    add_wave(engine, "real", replace(RELEASE, wave="real", origin="survey"))
    assert not page(reader, "/desk/results/real/").select(".tag.warn")


def test_waves_without_a_release_are_not_there(reader, engine):
    add_wave(engine, "closed", state="closed")
    page(reader, "/desk/results/closed/", 404)
    page(reader, "/desk/results/nowhere/pay", 404)
    assert "No results yet" in text(page(reader, "/desk/results/"))


def test_the_list_leads_to_the_waves(reader, spring):
    assert [a["href"] for a in page(reader, "/desk/results/").select(".waves a")] == [spring]


def test_the_overview_leads_with_leaving_caseload_and_pay(reader, spring):
    soup = page(reader, spring)
    first = [text(card) for card in soup.select(".headlines > li")][:3]
    assert "likely to leave within 12 months" in first[0]
    assert "median caseload" in first[1]
    assert "are paid less than about" in first[2]
    assert "240" in text(soup.select_one(".turnout"))
    assert "67%" in text(soup.select_one(".turnout"))


def test_every_question_is_on_one_page_and_no_more(reader, spring):
    seen = []
    for tab in TABS[1:]:
        soup = page(reader, spring + tab)
        seen += [
            panel["id"] for panel in soup.select("section.panel") if panel["id"] != "comparison"
        ]
    assert sorted(seen) == sorted(q.id for q in RELEASE.questions)


def test_links_of_the_overview_arrive(reader, spring):
    for link in page(reader, spring).select(".headline-more a, .gaps a"):
        target, _, anchor = link["href"].partition("#")
        assert page(reader, target).find(id=anchor), link["href"]


@pytest.mark.parametrize("hidden", RELEASE.hidden, ids=lambda h: f"{h.question}-{h.group}")
def test_hidden_groups_have_exactly_the_sentence(reader, spring, hidden):
    question = RELEASE.question(hidden.question)
    soup = page(reader, spring + topic_of(question, RELEASE))
    panel = soup.find(id=hidden.question)
    cells = [cell.get_text() for cell in panel.select("td.withheld")]
    assert HIDDEN in cells


def test_a_wholly_hidden_question_says_so_and_shows_no_chart(reader, engine):
    questions = tuple(replace(q, tables=()) if q.id == "leave" else q for q in RELEASE.questions)
    bare = replace(RELEASE, wave="bare", questions=questions, hidden=(Hidden("leave", None, None),))
    add_wave(engine, "bare", bare)
    panel = page(reader, "/desk/results/bare/turnover").find(id="leave")
    assert HIDDEN in text(panel)
    assert not panel.select("figure, table")
    page(reader, "/desk/results/bare/chart/leave.all.svg", 404)
    assert "leave" not in [
        a["href"].partition("#")[2]
        for a in page(reader, "/desk/results/bare/").select(".headline-more a")
    ]


def test_every_chart_has_a_figure_a_table_a_caption_and_words(reader, spring):
    for tab in TABS[1:]:
        soup = page(reader, spring + tab)
        for chart in soup.select("figure.chart"):
            plot = chart.select_one(".chart-plot")
            assert plot["role"] == "img"
            assert plot["aria-label"]
            data = json.loads(soup.find(id=plot["data-figure"]).string)
            assert set(data) == {"data", "layout"}
            assert "answered." in text(chart.select_one("figcaption"))
            assert chart.find_parent("section").select("table")


def test_scripts_come_from_here_and_the_policy_allows_charts(reader, spring):
    response = reader.get(spring + "pay")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    sources = [tag["src"] for tag in page(reader, spring + "pay").select("script[src]")]
    assert [s.split("-")[0].split("?")[0] for s in sources] == [
        "/assets/plotly",
        "/static/js/charts.js",
    ]
    for source in sources:
        assert reader.get(source).status_code == 200


def test_pictures_are_there_for_a_page_without_scripts(reader, spring):
    soup = page(reader, spring + "turnover")
    for image in soup.select("figure.chart img")[:4]:
        assert image["alt"]
        assert reader.get(image["src"]).mimetype == "image/svg+xml"
    save = soup.select_one(".chart-save a")
    assert reader.get(save["href"]).data.startswith(b"\x89PNG")
    page(reader, spring + "chart/leave.nothing.svg", 404)


def test_pay_is_held_against_the_figures_of_the_chosen_area(reader, spring):
    soup = page(reader, spring + "pay?area=Salem, OR&occupation=29-1141&group=role=manager")
    panel = soup.find(id="comparison")
    words = text(panel)
    assert "Registered Nurses in Salem, OR" in words
    assert "Manager: half are paid less than about" in words
    assert {"Us: Manager", "Salem, OR", "Oregon", "United States"} <= {
        row.get_text() for row in panel.select("tbody th")
    }
    assert panel.select_one("a[href^='https://download.bls.gov']")


def paid(*bins: tuple[float | None, float | None, int], p50: float) -> Release:
    """The sample, with its pay published in these bins."""
    table = Table(None, None, sum(n for *_, n in bins), bins=bins, quantiles=(("p50", p50),))
    questions = (replace(RELEASE.question("pay"), tables=(table,)),)
    return replace(RELEASE, headcount=400, questions=questions)


@pytest.mark.parametrize(
    ("release", "said"),
    [  # Half of the social workers in Oregon are paid less than $32.79.
        (
            paid((None, 30, 5), (30, 45, 5), (45, None, 5), p50=37.5),
            "$38 an hour (too few answered to give a range)",
        ),
        (paid((None, 28, 8), (28, 31, 12), (31, 45, 14), p50=29.5), "$30 an hour"),
        (paid((None, 28, 5), (28, 30, 20), (30, None, 18), p50=29.4), "$29.40 an hour"),
    ],
    ids=["no end", "holds the public figure", "one end"],
)
def test_pay_is_higher_or_lower_only_where_the_survey_can_tell(release, said):
    sentence = compare(release, default_choice(), "en").sentence
    assert f"less than about {said}. " in sentence
    assert "are paid less than $32.79. This survey cannot tell" in sentence
    assert "about $" not in sentence.partition("all employers")[2]


@pytest.mark.parametrize(
    ("release", "end"),
    [
        (paid((None, 28, 20), (28, 30, 99), (30, None, 20), p50=29), ", about $3.79 more."),
        (paid((None, 28, 20), (28, 32, 99), (32, None, 20), p50=30.2), ", about $3 more."),
        (paid((None, 33, 20), (33, 34, 99), (34, None, 20), p50=33.5), ", about $0.71 less."),
    ],
    ids=["below", "below, in a wide bin", "above"],
)
def test_a_gap_in_pay_is_no_more_exact_than_our_own_figure(release, end):
    assert compare(release, default_choice(), "en").sentence.endswith(f"less than $32.79{end}")


@pytest.mark.parametrize(
    ("query", "mixed"),
    [("", True), ("group=role=therapist", False), ("occupation=00-0000", False)],
)
def test_all_jobs_beside_one_occupation_are_said_to_be_so(reader, spring, query, mixed):
    warned = "Ours are all jobs in this survey together" in text(
        page(reader, f"{spring}pay?{query}")
    )
    assert warned is mixed


def test_an_area_without_figures_says_so(reader, spring):
    soup = page(reader, spring + "pay?area=Corvallis, OR&occupation=21-1023")
    assert "no public figures for this occupation in Corvallis, OR" in text(soup)


@pytest.mark.parametrize(
    "query", ["area=Atlantis", "occupation=99-9999", "group=role=nobody", "group=role=*others"]
)
def test_what_cannot_be_compared_is_no_page(reader, spring, query):
    # all others: their median is not published
    page(reader, f"{spring}pay?{query}", 404)


def test_a_survey_without_pay_has_a_pay_page_all_the_same(reader, engine):
    few = replace(RELEASE, wave="few", questions=questions_on(RELEASE, "turnover"))
    add_wave(engine, "few", few)
    assert heading(page(reader, "/desk/results/few/pay")) == "Pay"
    assert "This survey asked nothing about it." in text(page(reader, "/desk/results/few/pay"))


def test_an_open_link_wave_shows_the_unit_alone(reader, engine):
    release = sample_release(access="open", wave="link")
    add_wave(engine, "link", release)
    for tab in TABS:
        assert not page(reader, f"/desk/results/link/{tab}").select(".split, .gaps")


def test_an_estimated_headcount_is_called_one(reader, engine):
    add_wave(engine, "guess", replace(RELEASE, wave="guess", headcount_estimate=True))
    assert "an estimate" in text(page(reader, "/desk/results/guess/").select_one(".turnout"))


def test_an_unknown_headcount_has_no_response_rate(reader, engine):
    add_wave(engine, "blind", replace(RELEASE, wave="blind", headcount=None))
    turnout = text(page(reader, "/desk/results/blind/").select_one(".turnout"))
    assert "no response rate" in turnout
    assert "%" not in turnout


@pytest.mark.parametrize(
    ("responses", "rate"), [(129, "65%"), (199, "over 99%"), (1, "1%"), (200, "100%")]
)
def test_the_overview_says_the_same_rate_as_the_brief(reader, engine, responses, rate):
    release = replace(RELEASE, wave="rate", responses=responses, headcount=200)
    add_wave(engine, "rate", release)
    turnout = page(reader, "/desk/results/rate/").select_one(".turnout")
    assert [text(value) for value in turnout.select(".stat-value")][1] == rate
    assert brief_data(release, (), "en")["facts"][0]["value"] == f"{responses} of 200 ({rate})"


@pytest.mark.parametrize("estimate", [True, False])
def test_more_answers_than_the_headcount_have_no_response_rate(reader, engine, estimate):
    release = replace(RELEASE, wave="over", headcount=200, headcount_estimate=estimate)
    add_wave(engine, "over", release)
    turnout = text(page(reader, "/desk/results/over/").select_one(".turnout"))
    assert "more answers than the headcount of 200" in turnout
    assert "so it is wrong" in turnout
    assert "%" not in turnout
