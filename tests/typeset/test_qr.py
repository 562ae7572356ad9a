"""A QR code is drawn as segno made it, module for module."""

import re

import segno

from survey.typeset.qr import QUIET, matrix, qr_svg

TEXT = "https://survey.example.org/s/fall#7K3Q-9MZT-C2VX-4D"


def drawn(svg: str) -> list[list[bool]]:
    """The modules that the path covers, read back from its rectangles."""
    side = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    found = [[False] * side for _ in range(side)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        for at in range(int(x), int(x) + int(width)):
            found[int(y)][at] = True
    return found


def test_the_picture_is_the_code_and_a_quiet_zone():
    side = len(matrix(TEXT)) + 2 * QUIET
    wanted = [[False] * side for _ in range(side)]
    for y, row in enumerate(segno.make(TEXT, error="m", micro=False, boost_error=False).matrix):
        for x, module in enumerate(row):
            wanted[y + QUIET][x + QUIET] = bool(module)
    assert drawn(qr_svg(TEXT)) == wanted


def test_a_link_stays_readable_on_a_slip():
    assert len(matrix(TEXT)) <= 37  # at 1.1 inches a module is then 0.6 mm or more


def test_what_stands_in_a_code_is_data():
    assert "<script" not in qr_svg("<script>alert(1)</script>")
