"""Charts say what the tables say; what is hidden stays hidden; colors can be told apart."""

from itertools import pairwise
from pathlib import Path

import pytest
from release_factory import sample_release

from reports.charts import palette
from reports.charts.dots import median_dots, median_table, pair_chart, share_dots
from reports.charts.model import Dot, Note
from reports.charts.scales import number_axis, share_axis, within
from reports.charts.stacks import share_table, stack_chart
from reports.charts.subject import Subject
from reports.charts.whole import bar_chart, histogram, spans_of
from reports.findings import findings
from survey.web.assets import FOLDER

RELEASE = sample_release()
HIDDEN = "Not shown, to protect people."


def subject(qid):
    return Subject(RELEASE, RELEASE.question(qid), "en")


def numbers():
    return [q for q in RELEASE.questions if q.kind == "number"]


@pytest.mark.parametrize("question", RELEASE.questions, ids=lambda q: q.id)
def test_the_whole_chart_holds_every_answer_once(question):
    table = question.table()
    if question.kind == "number":
        chart = histogram(subject(question.id), table)
        assert sum(one.share for one in chart.bins) == pytest.approx(1)
    else:
        chart = bar_chart(subject(question.id), table)
        assert {r.share for r in chart.rows} == {c / table.n for _, c in table.counts}
    assert sum(int(row[1]) for row in chart.head.table.rows) >= table.n
    assert f"{table.n} answered." in chart.head.caption


@pytest.mark.parametrize("question", numbers(), ids=lambda q: q.id)
def test_the_area_of_a_bar_is_its_share(question):
    chart = histogram(subject(question.id), question.table())
    for one in chart.bins:
        assert one.density * (one.end - one.start) == pytest.approx(one.share)
    assert all(one.end == other.start for one, other in pairwise(chart.bins))
    assert all(one.start == one.low for one in chart.bins if one.low is not None)


def test_an_open_end_is_as_high_as_its_neighbor():
    bins = ((None, 10.0, 20), (10.0, 20.0, 20), (20.0, 40.0, 20), (40.0, None, 10))
    assert spans_of(bins) == ((0.0, 10.0), (10.0, 20.0), (20.0, 40.0), (40.0, 60.0))
    heavy = (*bins[:3], (40.0, None, 500))
    assert spans_of(heavy)[-1] == (40.0, 60.0)  # no wider than its wide neighbor needs
    assert spans_of(((None, 5.0, 9), (5.0, None, 9))) == ((2.5, 5.0), (5.0, 7.5))


def test_a_table_of_one_bin_is_no_histogram():
    whole = next(t for q in numbers() for t in q.tables if len(t.bins) == 1)
    assert histogram(subject("pay"), whole) is None


def test_hidden_groups_keep_their_row_and_the_sentence():
    assert {h.question for h in RELEASE.hidden} == {"acuity", "pay", "leave-why"}
    for hidden in RELEASE.hidden:
        about = subject(hidden.question)
        name = about.group(hidden.breakdown, hidden.group)
        number = about.question.kind == "number"
        table = (median_table if number else share_table)(about, hidden.breakdown)
        assert (name, HIDDEN) in table.rows
        found = findings(RELEASE, "en")
        charts = [stack_chart(about, hidden.breakdown)]
        charts.append(None if number else share_dots(about, hidden.breakdown, found))
        charts.append(median_dots(about, hidden.breakdown) if number else None)
        for chart in filter(None, charts):
            assert Note(name, HIDDEN) in chart.rows
            assert HIDDEN in str(chart.head.table.rows)


def test_every_group_of_the_release_is_in_its_table():
    for question in RELEASE.questions:
        for breakdown in question.by:
            table = share_table(subject(question.id), breakdown)
            shown = [t for t in question.tables if t.breakdown == breakdown]
            hidden = [h for h in RELEASE.hidden if h.breakdown == breakdown]
            own = [h for h in hidden if h.question == question.id]
            assert len(table.rows) == 1 + len(shown) + len(own)


def test_a_stack_is_whole():
    for row in stack_chart(subject("leave"), "role").rows:
        assert sum(part.share for part in row.parts) == pytest.approx(1)


def test_ticks_that_overlap_are_never_stacked():
    assert stack_chart(subject("priorities"), "role") is None


def test_singled_out_answers_have_the_color_of_the_sentence():
    tones = {bar.label: bar.tone for bar in bar_chart(subject("leave"), table("leave")).rows}
    assert tones["Very likely"] == tones["Likely"] == "hot"
    assert tones["Very unlikely"] == "cool"
    assert {bar.tone for bar in bar_chart(subject("vacancies"), table("vacancies")).rows} == {
        "plain"
    }


def table(qid):
    return RELEASE.question(qid).table()


def test_shares_of_groups_carry_their_interval_and_everyones_line():
    chart = share_dots(subject("leave"), "role", findings(RELEASE, "en"))
    dots = [row for row in chart.rows if isinstance(row, Dot)]
    assert all(dot.outer[0] <= dot.value <= dot.outer[1] for dot in dots)
    unit = table("leave")
    assert chart.lines[0].value == (unit.count("likely") + unit.count("very-likely")) / unit.n
    assert (chart.axis.low, chart.axis.high) == (0.0, 1.0)


def test_a_group_without_a_median_shows_what_is_published():
    chart = median_dots(subject("pay"), "role")
    note = next(row for row in chart.rows if isinstance(row, Note))
    assert note.text == "15 answered: 40% under $22, 60% $22 and more."
    assert (note.label, note.text) in chart.head.table.rows


def test_caseload_beside_what_could_be_served_well():
    words = ("Both", "now", "well")
    chart = pair_chart(subject("caseload"), RELEASE.question("caseload-good"), "role", words)
    everyone = chart.rows[0]
    assert everyone.value == table("caseload").quantile("p50")
    assert everyone.also == table("caseload-good").quantile("p50")


def test_every_filling_can_be_seen_and_read():
    dark_card = palette.TO_DARK[palette.CARD]
    for light, dark in palette.FILLINGS:
        assert palette.contrast(light, palette.CARD) >= 3
        assert palette.contrast(dark, dark_card) >= 3
        assert palette.contrast(light, palette.text_on(light)) >= 4.5
        assert palette.contrast(dark, palette.DARK_TEXT) >= 4.5
    for text in (palette.INK, palette.SOFT):
        assert palette.contrast(text, palette.CARD) >= 4.5
        assert palette.contrast(palette.TO_DARK[text], dark_card) >= 4.5


def test_every_color_has_one_counterpart_in_the_dark():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert len(palette.TO_DARK) == len(set(palette.TO_DARK))
    assert not set(palette.TO_DARK) & set(palette.TO_DARK.values()) - {palette.DARK_TEXT}


@pytest.mark.parametrize("sheet", ["dashboards.css", "campaign.css"])
def test_style_sheets_name_the_same_colors(sheet):
    light, dark = (
        Path(FOLDER / "css" / sheet)
        .read_text("utf-8")
        .split("and a test compares")[-1]
        .split("@media")
    )
    for css, theme in ((light, "light"), (dark, "dark")):
        rules = palette.style_rules(theme)
        named = [name for name in rules if f".{name} " in css]
        assert "tone-hot-1" in named
        assert all(f".{name} {{ fill: {rules[name]};" in css for name in named)


def test_axes_have_round_ticks_around_the_values():
    axis = number_axis([17.3, 41.0], "USD/hour", "en")
    assert axis.low <= 17.3
    assert axis.high >= 41.0
    assert [text for _, text in axis.ticks] == ["$15", "$20", "$25", "$30", "$35", "$40", "$45"]
    assert number_axis([0.2, 0.4], None, "en").low >= 0
    assert number_axis([5.0, 5.0], None, "en").low < 5
    assert [t for t, _ in within(3, 47, None, "en").ticks] == [10, 20, 30, 40]
    assert share_axis("en").ticks[-1] == (1.0, "100%")
