"""Both pens draw what the chart says, safely: no script, no style, the same bytes each time."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from release_factory import ask, release_of, sample_definition, sample_release, simulated

from reports.charts.embed import figure, svg_of
from reports.charts.geometry import DOT, lay_out
from reports.charts.model import Bar, BarChart, DataTable, DotChart, Head, Note
from reports.charts.paper import png, svg
from reports.charts.screen import figure_json
from reports.charts.stacks import stack_chart
from reports.charts.subject import Subject
from reports.charts.whole import bar_chart
from reports.dashboards.panels import panel_of
from survey.instrument.model import Section

RELEASE = sample_release()
CHARTS = [
    chart
    for qid in ("leave", "pay", "priorities", "acuity")
    for chart in panel_of(RELEASE, RELEASE.question(qid), "en").charts
]
SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<script>alert(1)</script> & "quotes" $x$ </script>'


def evil():
    bar = Bar(EVIL, 0.5, EVIL, EVIL)
    head = Head("evil.all", EVIL, EVIL, EVIL, DataTable(("a",), ((EVIL,),)), origin=EVIL)
    return BarChart(head, (bar,))


def words(drawing):
    return [e.text for e in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_there_is_every_kind_of_chart():
    assert {type(chart).__name__ for chart in CHARTS} == {
        "BarChart",
        "StackChart",
        "Histogram",
        "DotChart",
    }


@pytest.mark.parametrize("frame", ["bare", "full"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_need_no_style_sheet(frame, theme):
    for chart in CHARTS:
        drawing = svg(chart, 330, theme, frame)
        root = ET.fromstring(drawing)
        assert root.find(f"{SVG}title").text == chart.head.alt
        assert not list(root.iter(f"{SVG}style"))
        assert not [e for e in root.iter() if "style" in e.attrib]


def test_a_picture_is_the_same_in_another_process():
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests')\n"
        "from test_charts_pens import CHARTS, svg, png\n"
        "text = ''.join(svg(c) for c in CHARTS[:12]).encode() + png(CHARTS[0])\n"
        "print(hashlib.sha256(text).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, 'tests/reports')\n{code}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


def test_nothing_in_a_picture_tells_when_it_was_made():
    assert not re.search(r"20\d\d-\d\d-\d\dT|<metadata|Matplotlib", svg(CHARTS[0]))
    assert b"Software" not in png(CHARTS[0])


def test_a_full_frame_says_title_source_and_what_kind_of_data():
    chart = stack_chart(Subject(RELEASE, RELEASE.question("leave"), "en"), "role")
    said = " ".join(words(svg(chart, frame="full")))
    assert "Made-up data" in said
    assert "What about leave?" in said
    assert "answered. Source:" in said
    assert "Made-up data" not in " ".join(words(svg(chart, frame="keys")))


def test_everyones_line_strikes_out_no_hidden_group():
    chart = next(c for c in CHARTS if isinstance(c, DotChart) and c.lines)
    hidden = replace(chart, rows=(*chart.rows[:2], Note("Nurses", "Not shown."), *chart.rows[2:]))
    [row] = [r for r in lay_out(hidden).rows if isinstance(r.item, Note)]
    shapes = json.loads(figure_json(hidden))["layout"]["shapes"]
    at = pytest.approx(hidden.lines[0].value, abs=1e-3)
    upright = [s for s in shapes if s["x0"] == s["x1"] == at]
    struck = [s for s in upright if s["y0"] < row.mark + DOT and s["y1"] > row.mark - DOT]
    assert len(upright) > len(chart.rows)
    assert not struck


def test_every_group_and_value_is_written_at_its_mark():
    chart = stack_chart(Subject(RELEASE, RELEASE.question("leave"), "en"), "role")
    said = words(svg(chart))
    for row in chart.rows:
        assert row.label in said
        assert row.text in said


def test_questionnaire_text_is_text_and_nothing_else():
    drawing = svg(evil(), frame="full")
    assert EVIL in " ".join(words(drawing))
    assert "<script" not in drawing
    block = str(figure(evil()))
    assert "<" not in block
    written = json.loads(block)["layout"]["annotations"][0]["text"]
    assert "<script" not in written
    assert "&lt;script&gt;" in written


def test_figures_are_plain_data_without_style_attributes():
    for chart in CHARTS:
        text = figure_json(chart)
        made = json.loads(text)
        assert "template" not in made["layout"]
        assert not re.search(r"<(?!br>)", text)  # <b> would write a style attribute
        assert made["layout"]["dragmode"] is False


def test_both_pens_put_the_rows_at_the_same_height():
    chart = bar_chart(
        Subject(RELEASE, RELEASE.question("leave"), "en"), RELEASE.question("leave").table()
    )
    marks = json.loads(figure_json(chart))["data"][1]["y"]
    tops_and_ends = re.findall(
        r'd="M 0 ([\d.]+)[^"]*?L [\d.]+ ([\d.]+)\s+L 0 ', svg(chart, frame="bare")
    )
    middles = {(float(top) + float(end)) / 2 for top, end in tops_and_ends[1:]}
    assert sorted(middles) == pytest.approx(marks, abs=0.01)


def test_bars_are_as_long_as_their_shares():
    chart = bar_chart(
        Subject(RELEASE, RELEASE.question("leave"), "en"), RELEASE.question("leave").table()
    )
    made = json.loads(figure_json(chart))
    assert made["data"][1]["x"] == pytest.approx([row.share for row in chart.rows], abs=1e-5)
    assert made["layout"]["xaxis"]["range"] == [0, 1]


def test_what_is_asked_of_a_picture_is_bounded():
    strange = svg_of(CHARTS[0], {"width": "9999999", "theme": "x", "frame": "y"})
    assert strange == svg_of(CHARTS[0], {})


def test_more_options_than_colors_make_no_stack():
    many = ask("many", "choice", *(f"option-{i}" for i in range(9)), by=("role",))
    definition = sample_definition()
    section = Section("all", {"en": "All"}, (definition.questions[0], many))
    definition = replace(definition, sections=(section,), breakdowns=definition.breakdowns[:1])
    release = release_of(definition, simulated(definition, 300))
    assert stack_chart(Subject(release, release.question("many"), "en"), "role") is None
