"""Costs worked out by hand beside what the program says."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.bargaining.costing import (
    FICA,
    FICA_SOURCE,
    CostError,
    CostInput,
    Pay,
    Raise,
    cost,
    dollars,
)

D = Decimal
PAY = Pay(D("21.37"), D("24.50"), D("28.10"), "88 answers of this wave")


def test_a_raise_per_hour_for_a_known_number_of_people():
    # 100 people x 2,080 hours x $1.50 = 208,000 x 1.50 = $312,000, whichever way one looks.
    result = cost(CostInput(100, 100, D(2080), Raise("hour", D("1.50"))))
    assert (result.low, result.mid, result.high) == (D(312_000), D(312_000), D(312_000))
    assert str(result.steps[0]) == "Cost: 100 people × 2,080 hours × $1.50 an hour = $312,000"


def test_a_range_of_people_gives_a_range_of_cost():
    # 90 x 1,950 x 2 = 351,000; (90 + 121) / 2 = 105.5, x 1,950 x 2 = 411,450; 121 x 3,900 = 471,900
    result = cost(CostInput(90, 121, D(1950), Raise("hour", D(2))))
    assert (result.low, result.mid, result.high) == (D(351_000), D(411_450), D(471_900))
    assert str(result.steps[0]) == "People, middle: (90 + 121) ÷ 2 = 105.5"


def test_a_percentage_is_taken_of_the_quarter_marks_of_pay():
    # 4.5% of 21.37 = 0.96165; x 208,000 hours = 200,023.20
    # 4.5% of 24.50 = 1.1025;  x 208,000 = 229,320
    # 4.5% of 28.10 = 1.2645;  x 208,000 = 263,016
    result = cost(CostInput(100, 100, D(2080), Raise("percent", D("4.5")), PAY))
    assert (result.low, result.mid, result.high) == (D(200_023), D(229_320), D(263_016))
    assert result.steps[0].result == "$200,023.20"
    assert "88 answers of this wave" in " ".join(result.assumptions)


def test_payroll_comes_on_top_with_its_source():
    # 10 x 2,080 x 1 = 20,800; x 7.65% = 1,591.20; together 22,391.20
    result = cost(CostInput(10, 10, D(2080), Raise("hour", D(1)), None, FICA, FICA_SOURCE))
    assert result.low == D(22_391)
    assert [step.result for step in result.steps[:3]] == ["$20,800", "$1,591.20", "$22,391.20"]
    assert FICA_SOURCE in " ".join(result.assumptions)


@pytest.mark.parametrize(
    ("p25", "p75"), [(None, None), (D("21.37"), None), (None, D("28.10"))], ids=str
)
def test_unless_both_quarter_marks_are_known_all_earn_the_middle_and_it_says_so(p25, p75):
    pay = Pay(p25, D("24.50"), p75, "typed")
    result = cost(CostInput(100, 100, D(2080), Raise("percent", D("4.5")), pay))
    assert result.low == result.mid == result.high == D(229_320)
    assert [step.name for step in result.steps] == ["Cost"]
    assert "a quarter mark is not known" in " ".join(result.assumptions)


def test_half_a_dollar_goes_up_and_nothing_is_rounded_before():
    # 1 x 200 x 0.0025 = 0.50 -> 1; 3 x 208.325 x 0.004 = 2.4999 -> 2, not 3 x 1
    assert cost(CostInput(1, 1, D(200), Raise("hour", D("0.0025")))).low == 1
    assert cost(CostInput(3, 3, D("208.325"), Raise("hour", D("0.004")))).low == 2
    # Binary floating point makes 3 x 1,000 x 0.0001 into 0.30000000000000004.
    assert cost(CostInput(3, 3, D(1000), Raise("hour", D("0.0001")))).steps[0].result == "$0.30"


def test_the_largest_inputs_are_exact_too():
    # 999,999 x 8,783.9999 x (999.9999% of 9,999.9999) with every digit kept
    pay = Pay(None, D("9999.9999"), None, "typed")
    most = CostInput(
        999_999, 999_999, D("8783.9999"), Raise("percent", D("999.9999")), pay, D("99.9999"), "x"
    )
    exact = 999_999 * 87_839_999 * 99_999_999 * 9_999_999 * 1_999_999  # over 10**(4+4+4+2+6)
    assert cost(most).low == (exact + 5 * 10**19) // 10**20


@given(
    st.integers(1, 5000),
    st.integers(0, 5000),
    st.decimals("0.01", "40", places=2),
    st.sampled_from(["hour", "percent"]),
)
def test_the_range_rises_and_every_line_can_be_recomputed(few, more, amount, kind):
    result = cost(CostInput(few, few + more, D(2080), Raise(kind, amount), PAY, FICA, FICA_SOURCE))
    assert 0 <= result.low <= result.mid <= result.high
    for step in result.steps:
        assert _recomputed(step.working) == _number(step.result)


def _recomputed(working: str) -> D:
    """What a reader with a calculator gets from the written line."""
    text = re.sub(r"([\d.,]+)% of \$?([\d.,]+)", r"\1 × \2 × 0.01", working)
    text = re.sub(r"([\d.,]+)%", r"\1 × 0.01", re.sub(r"[$,]|people|hours|an hour", "", text))
    if "÷" in text:
        first, second = re.findall(r"[\d.]+", text)[:2]
        return (D(first) + D(second)) / 2
    if "+" in text:
        return sum((D(part.strip()) for part in text.split("+")), D(0))
    product = D(1)
    for part in text.split("×"):
        product *= D(part.strip())
    return product


def _number(written: str) -> D:
    return D(written.replace("$", "").replace(",", ""))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"people_low": 0}, "people_low: There must be 1 person"),
        ({"people_low": 200}, "people_high: This is below the low"),
        ({"people_high": 1_000_001}, "people_high: At most 1,000,000"),
        ({"hours": D(0)}, "hours: Hours a year"),
        ({"hours": D(168)}, "hours: Hours a year, not a week"),
        ({"hours": D(8785)}, "hours: Hours a year"),
        ({"hours": D("NaN")}, "hours: Write a number"),
        ({"raised": Raise("hour", D(-1))}, "amount: The raise"),
        ({"raised": Raise("hour", D("Infinity"))}, "amount: Write a number"),
        ({"raised": Raise("hour", D("0.00001"))}, "amount: Write a number"),
        ({"raised": Raise("percent", D(3))}, "p50: A raise in percent needs"),
        ({"pay": Pay(D(30), D(20), None, "x")}, "p50: Current pay"),
        ({"pay": Pay(None, D(0), None, "x")}, "p50: Current pay"),
        ({"payroll_share": D(101), "payroll_source": "x"}, "payroll_share: The payroll share"),
        ({"payroll_share": D("7.65")}, "payroll_source: The payroll share needs its source"),
    ],
)
def test_what_cannot_be_costed_is_one_sentence_about_one_field(change: dict, problem: str):
    with pytest.raises(CostError) as caught:
        replace(CostInput(100, 120, D(2080), Raise("hour", D(1))), **change)
    assert f"{caught.value.field}: {caught.value}".startswith(problem)


def test_dollars_keep_every_digit():
    assert [dollars(D(x)) for x in ("312000.00", "1.5", "1.0685")] == [
        "$312,000",
        "$1.50",
        "$1.0685",
    ]
