"""The pieces that plotly's figures are made of: axes, labels, lines."""

from collections.abc import Sequence
from typing import Any

from reports.charts.geometry import LINE, SMALL, TEXT, Place
from reports.charts.model import Axis, Note, Stack
from reports.charts.model import Line as Mark
from reports.charts.palette import CARD, INK, SOFT, solid
from reports.charts.palette import LINE as GRID

Item = dict[str, Any]


def base(place: Place) -> Item:
    """What every figure has: a transparent sheet of its own height, nothing to drag."""
    return {
        "height": place.height,
        "autosize": True,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": TEXT, "color": INK},
        "showlegend": False,
        "dragmode": False,  # a finger that scrolls the page must not draw a box
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": CARD,
            "bordercolor": SOFT,
            "font": {"size": TEXT, "color": INK},
            "align": "left",
        },
    }


def plain_axis(low: float, high: float, **more: Any) -> Item:
    """An axis that nobody sees or moves."""
    plain = {"fixedrange": True, "zeroline": False, "showgrid": False, "showticklabels": False}
    return {**plain, "range": [low, high], **more}


def ticks(axis: Axis) -> Item:
    """The axis of numbers below the plot; its texts are `tick_texts`."""
    return plain_axis(
        axis.low,
        axis.high,
        tickmode="array",
        tickvals=[value for value, _ in axis.ticks],
        ticks="outside",
        ticklen=4,
        tickcolor=GRID,
        showline=True,
        linecolor=GRID,
    )


def tick_texts(axis: Axis, edge: int) -> list[Item]:
    """The texts below the ticks. Plotly's own would leave out those at the ends."""
    found = []
    for value, text in axis.ticks:
        share = (value - axis.low) / (axis.high - axis.low)
        side, shift = ("left", -edge) if share < 0.03 else ("center", 0)
        side, shift = ("right", edge) if share > 0.97 else (side, shift)
        x = {"xref": "x", "x": value, "xanchor": side, "xshift": shift}
        y = {"yref": "paper", "y": 0, "yanchor": "top", "yshift": -5}
        found.append({**annotation(0, 0, text, **_quiet()), **x, **y})
    return found


def labels(place: Place, edge: int) -> list[Item]:
    """The rows' labels at the left, their values at the right, hidden groups' sentence below."""
    found = []
    for row in place.rows:
        item, quiet = row.item, isinstance(row.item, Stack)
        text = "<br>".join(map(escaped, row.label))
        found.append(annotation(0, row.top, text, xshift=-edge, align="left"))
        if isinstance(item, Note):
            at = row.mark - SMALL
            found.append(annotation(0, at, escaped(item.text), xshift=-edge, **_quiet()))
        else:
            # Not <b>: plotly would write a style attribute, which the policy refuses.
            style = _quiet() if quiet else {"font": {"weight": "bold"}}
            found.append(annotation(1, row.top, escaped(item.text), xshift=edge, **style))
    return found


def _quiet() -> Item:
    return {"font": {"size": SMALL, "color": SOFT}}


def annotation(side: int, top: float, text: str, **more: Any) -> Item:
    """A line of text at the left (0) or right (1) end, `top` pixels down."""
    anchor = {"xref": "paper", "x": side, "xanchor": "right" if side else "left"}
    place = {"yref": "y", "y": top, "yanchor": "top"}
    return {**anchor, **place, "text": text, "showarrow": False, "borderpad": 0, **more}


def marks(
    axis: Axis, lines: Sequence[Mark], spans: Sequence[tuple[float, float]]
) -> tuple[list[Item], list[Item]]:
    """Vertical lines with a halo that is seen on any filling, and their labels."""
    shapes: list[Item] = []
    labels: list[Item] = []
    for number, mark in enumerate(lines):
        y = number * LINE
        color = INK if mark.tone == "plain" else solid(mark.tone)
        for top, bottom in ((y + 3, y + LINE - 2), *spans):
            for shade, width in ((CARD, 4.5), (color, 1.5)):
                ends = (max(top, y + 3), bottom)
                shapes.append(line((mark.value, mark.value), ends, shade, width, layer="above"))
        right = mark.value > (axis.low + axis.high) / 2
        labels.append(
            {
                **annotation(0, y, escaped(mark.label), font={"size": SMALL, "color": color}),
                "xref": "x",
                "x": mark.value,
                "xanchor": "right" if right else "left",
                "xshift": -6 if right else 6,
            }
        )
    return shapes, labels


def line(
    xs: tuple[float, float], ys: tuple[float, float], color: str, width: float, layer: str = "below"
) -> Item:
    """A straight line as a shape, below the marks unless `layer` says above."""
    ends = {"x0": xs[0], "x1": xs[1], "y0": ys[0], "y1": ys[1]}
    return {"type": "line", **ends, "layer": layer, "line": {"color": color, "width": width}}


def escaped(text: str) -> str:
    """Plotly reads a little HTML in texts; those of a questionnaire are text only."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
