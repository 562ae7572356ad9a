"""QR codes as pictures for a page, by segno."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import segno

from survey.typeset.pdf import Svg

QUIET = 4
"""Modules of white around it, as ISO/IEC 18004 asks for."""
_OVERLAP = 0.02
"""Rows overlap by so much of a module, or viewers draw hairlines between them."""


def qr_svg(text: str) -> Svg:
    """`text` as a QR code (error correction M: 15% may be dirty), with its quiet zone."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    path = "".join(_runs(rows))
    return Svg(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{path}"/></svg>'
    )


def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """The modules, dark ones True, without the quiet zone."""
    made = segno.make_qr(text, error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in made.matrix)


def _runs(rows: Sequence[Sequence[bool]]) -> Iterable[str]:
    for y, row in enumerate(rows):
        for dark, run in groupby(range(len(row)), key=row.__getitem__):
            xs = list(run)
            if dark:
                yield f"M{xs[0] + QUIET} {y + QUIET}h{len(xs)}v{1 + _OVERLAP}h-{len(xs)}z"
