"""The pen for the screen: charts as figures of plotly.js, which charts.js draws in the page.

Colors are those of the light theme; charts.js swaps them by `palette.TO_DARK`. Positions come from
the same geometry as on paper: along the height one unit is one pixel, the width is the page's.
"""

import json
from typing import Any

import plotly.graph_objects as go

from reports.charts.geometry import (
    AXIS,
    BAR,
    DOT,
    LINE,
    SMALL,
    STACK,
    Place,
    Row,
    beside_dots,
    lay_out,
)
from reports.charts.items import (
    Item,
    base,
    escaped,
    labels,
    line,
    marks,
    plain_axis,
    tick_texts,
    ticks,
)
from reports.charts.model import (
    Axis,
    Bar,
    BarChart,
    Chart,
    Dot,
    DotChart,
    Histogram,
    Stack,
    StackChart,
)
from reports.charts.palette import CARD, INK, TRACK, solid, step, text_on

EDGE = 8
"""Room at both ends of an axis, so that a dot at its end is whole."""
ROOM = 0.1
"""A part smaller than this has no room for its text on a phone."""
CONFIG = {
    "displaylogo": False,
    "displayModeBar": False,  # saving a picture is a link below, for keyboards too
    "showSendToCloud": False,
    "responsive": True,
    "scrollZoom": False,
    "typesetMath": False,  # two dollar amounts in a text are not a formula
}


def figure_json(chart: Chart) -> str:
    """{"data", "layout"} of plotly.js, without plotly's template (7 KB of defaults)."""
    figure = json.loads(_figure(chart).to_json())
    figure["layout"].pop("template", None)
    return json.dumps(_short(figure), separators=(",", ":"), ensure_ascii=False)


def _short(value: Any) -> Any:
    """Five decimals are a hundredth of a pixel; more would double the page."""
    if isinstance(value, float):
        return round(value, 5)
    if isinstance(value, list):
        return [_short(one) for one in value]
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    return value


def _figure(chart: Chart) -> go.Figure:
    place = lay_out(chart)
    match chart:
        case BarChart():
            traces, layout = _bars(place), _rows_layout(place, 0)
        case StackChart():
            traces, layout = _stacks(chart, place), _rows_layout(place, 0)
        case Histogram():
            traces, layout = _histogram(chart), _histogram_layout(chart, place)
        case DotChart():
            traces, layout = _dots(place), _dots_layout(chart, place)
    return go.Figure(data=traces, layout={"template": {}, **base(place), **layout})


def _rows_layout(place: Place, edge: int) -> Item:
    return {
        "barmode": "overlay",
        "margin": {"l": edge, "r": edge, "t": 0, "b": 0, "pad": 0},
        "xaxis": plain_axis(0, 1),
        "yaxis": plain_axis(place.height, 0),
        "annotations": labels(place, edge),
    }


def _bars(place: Place) -> list[Any]:
    rows = [row for row in place.rows if isinstance(row.item, Bar)]
    bars = [row.item for row in rows if isinstance(row.item, Bar)]
    marks = [row.mark for row in rows]
    common: Item = {"y": marks, "width": BAR, "orientation": "h", "marker_line_width": 0}
    track = go.Bar(x=[1] * len(rows), marker_color=TRACK, hoverinfo="skip", **common)
    values = go.Bar(
        x=[bar.share for bar in bars],
        marker_color=[solid(bar.tone) for bar in bars],
        hovertext=[f"{escaped(bar.label)}<br>{bar.text} ({bar.more})" for bar in bars],
        hoverinfo="text",
        **common,
    )
    return [track, values]


def _stacks(chart: StackChart, place: Place) -> list[Any]:
    rows = [row for row in place.rows if isinstance(row.item, Stack)]
    traces = []
    for number, key in enumerate(chart.head.keys):
        parts = [(row, *_part(row, number)) for row in rows]
        color = step(key.tone, key.place, key.of)
        traces.append(
            go.Bar(
                x=[part.share for _, _, part in parts],
                base=[base for _, base, _ in parts],
                y=[row.mark for row, _, _ in parts],
                width=STACK,
                orientation="h",
                marker={"color": color, "line": {"width": 1.5, "color": CARD}},
                text=[part.text if part.share >= ROOM else "" for _, _, part in parts],
                textposition="inside",
                insidetextanchor="middle",
                textangle=0,
                constraintext="none",
                textfont={"size": SMALL, "color": text_on(color)},
                hovertext=[escaped(part.more) for _, _, part in parts],
                hoverinfo="text",
            )
        )
    return traces


def _part(row: Row, number: int) -> tuple[float, Any]:
    parts = row.item.parts if isinstance(row.item, Stack) else ()
    return sum(part.share for part in parts[:number]), parts[number]


def _histogram(chart: Histogram) -> list[Any]:
    open_ends = [None in (one.low, one.high) for one in chart.bins]
    return [
        go.Bar(
            x=[(one.start + one.end) / 2 for one in chart.bins],
            width=[one.end - one.start for one in chart.bins],
            y=[one.density for one in chart.bins],
            marker={
                "color": [solid("muted") if end else solid("plain") for end in open_ends],
                "line": {"width": 1.5, "color": CARD},
            },
            text=[one.text for one in chart.bins],
            textposition="outside",
            textangle=0,
            constraintext="none",
            textfont={"size": SMALL, "color": INK},
            cliponaxis=False,
            hovertext=[escaped(one.more) for one in chart.bins],
            hoverinfo="text",
        )
    ]


def _histogram_layout(chart: Histogram, place: Place) -> Item:
    most = max(one.density for one in chart.bins)
    shapes, texts = marks(chart.axis, chart.lines, [(0.0, place.bottom)])
    # The heights of lines are in pixels, those of bars in shares: so lines have an axis of theirs.
    return {
        "margin": {"l": EDGE, "r": EDGE, "t": 0, "b": AXIS, "pad": 0},
        "xaxis": ticks(chart.axis),
        "yaxis": plain_axis(0, most * place.bottom / (place.bottom - place.top - LINE)),
        "yaxis2": plain_axis(place.bottom, 0, overlaying="y"),
        "shapes": [{**shape, "yref": "y2"} for shape in shapes],
        "annotations": [
            *({**label, "yref": "y2"} for label in texts),
            *tick_texts(chart.axis, EDGE),
        ],
    }


def _dots(place: Place) -> list[Any]:
    dots = [(row, row.item) for row in place.rows if isinstance(row.item, Dot)]
    rings = [(row, dot) for row, dot in dots if dot.also is not None]
    return [
        go.Scatter(
            x=[dot.also for _, dot in rings],
            y=[row.mark for row, _ in rings],
            mode="markers",
            marker={
                "size": DOT - 5,
                "color": CARD,
                "line": {"width": 2, "color": [solid(dot.tone) for _, dot in rings]},
            },
            hovertext=[escaped(dot.more) for _, dot in rings],
            hoverinfo="text",
            cliponaxis=False,
        ),
        go.Scatter(
            x=[dot.value for _, dot in dots],
            y=[row.mark for row, _ in dots],
            mode="markers",
            marker={"size": DOT - 4, "color": [solid(dot.tone) for _, dot in dots], "opacity": 1},
            hovertext=[escaped(dot.more) for _, dot in dots],
            hoverinfo="text",
            cliponaxis=False,
        ),
    ]


def _dots_layout(chart: DotChart, place: Place) -> Item:
    found, texts = marks(chart.axis, chart.lines, beside_dots(place))
    ranges = [s for row in place.rows for s in _ranges(chart.axis, row)]
    return {
        "margin": {"l": EDGE, "r": EDGE, "t": 0, "b": AXIS, "pad": 0},
        "xaxis": ticks(chart.axis),
        "yaxis": plain_axis(place.bottom, 0),
        "shapes": [*_tracks(chart.axis, place), *found, *ranges],
        "annotations": [*labels(place, EDGE), *texts, *tick_texts(chart.axis, EDGE)],
    }


def _tracks(axis: Axis, place: Place) -> list[Item]:
    rows = [row for row in place.rows if isinstance(row.item, Dot)]
    return [line((axis.low, axis.high), (row.mark, row.mark), TRACK, 6) for row in rows]


def _ranges(axis: Axis, row: Row) -> list[Item]:
    dot = row.item
    if not isinstance(dot, Dot):
        return []
    color, y = solid(dot.tone), (row.mark, row.mark)
    found = [
        line((_end(axis, ends[0], axis.low), _end(axis, ends[1], axis.high)), y, color, thick)
        for ends, thick in ((dot.outer, 2.0), (dot.inner, 7.0))
        if ends is not None
    ]
    if dot.also is not None:
        found.append(line((dot.value, dot.also), y, color, 2.0))
    return found


def _end(axis: Axis, value: float | None, otherwise: float) -> float:
    return otherwise if value is None else min(axis.high, max(axis.low, value))
