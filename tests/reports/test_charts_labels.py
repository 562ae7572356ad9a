"""Labels of charts fit beside their values in every script."""

import warnings

import pytest

from reports.charts.geometry import SQUARE, WIDER, WRAP, lines_of
from reports.charts.paper import svg
from reports.charts.wages import Pay, wage_chart

CHINESE = "心理健康和药物滥用社会工作者（持有执照）, Portland-Vancouver-Hillsboro"


@pytest.mark.parametrize(
    ("label", "most"),
    [
        ("Mental health and substance abuse social workers, Oregon", WRAP),
        ("Социальные работники в сфере психического здоровья", WIDER),
        ("Nhân viên xã hội về sức khỏe tâm thần và nghiện ngập", WIDER),
        ("", WRAP),
    ],
)
def test_lines_are_no_longer_than_their_script_allows(label: str, most: int) -> None:
    assert all(len(line) <= most for line in lines_of(label))
    assert " ".join(lines_of(label)) == label


def test_chinese_ends_a_line_anywhere_but_before_a_mark() -> None:
    lines = lines_of(CHINESE)
    assert "".join(lines).replace(" ", "") == CHINESE.replace(" ", "")
    assert all(sum(1 if ch > "\u2e80" else 0.5 for ch in line) <= SQUARE + 2 for line in lines[:-1])
    assert not [line for line in lines if line[0] in "，。）、,"]


def test_a_picture_in_chinese_needs_no_chinese_font_here() -> None:
    row = Pay("注册护士", (40.0, 45.0, 50.0, 55.0, 60.0), "120")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = svg(wage_chart("wages", "工资", "来源", [row], "zh-Hans"))
    assert "注册护士" in drawn
