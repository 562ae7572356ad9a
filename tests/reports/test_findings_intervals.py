"""Intervals: known values, and what they owe a reader."""

from math import comb
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.intervals import order_ranks, quantile_interval, share_interval

BINS = ((None, 16.0, 15), (16.0, 20.0, 57), (20.0, 24.0, 51), (24.0, 30.0, 65), (30.0, None, 34))


def test_wilson_matches_the_textbook():
    # 15 of 50: statsmodels' proportion_confint(15, 50, method="wilson")
    interval = share_interval(15, 50)
    assert (interval.low, interval.high) == pytest.approx((0.19104, 0.43753), abs=1e-4)
    assert interval.method == "wilson"


def test_a_wave_that_everybody_answered_has_no_uncertainty():
    assert share_interval(15, 50, 50).low == share_interval(15, 50, 50).high == 0.3
    ranks = quantile_interval(BINS, 0.5, sum(count for _, _, count in BINS))
    assert ranks is not None
    assert (ranks.low, ranks.high) == (20.0, 24.0)


def test_more_answers_than_people_means_the_headcount_is_not_used():
    assert share_interval(15, 50, 40) == share_interval(15, 50)


@given(st.integers(1, 400), st.integers(0, 50), st.data())
def test_a_share_lies_in_its_interval_and_a_headcount_leaves_room_for_the_silent_only(
    n, silent, data
):
    count = data.draw(st.integers(0, n))
    plain, finite = share_interval(count, n), share_interval(count, n, n + silent)
    assert plain.low <= count / n + 1e-12 <= plain.high + 1e-9
    # One person is as fine as a finite population can be.
    one = 1 / (n + silent) + 1e-9
    assert finite.low - one <= count / n <= finite.high + one
    assert count / (n + silent) - 1e-9 <= finite.low
    assert finite.high <= (count + silent) / (n + silent) + 1e-9


@pytest.mark.parametrize("headcount", [2, 13, 16, 30])
def test_with_a_headcount_it_is_the_exact_interval_and_holds_as_often_as_it_says(headcount):
    for n in range(1, headcount + 1):
        intervals = [share_interval(count, n, headcount) for count in range(n + 1)]
        spans = [(round(i.low * headcount), round(i.high * headcount)) for i in intervals]
        assert spans == [spelled_out(count, n, headcount) for count in range(n + 1)]
        for marked in range(headcount + 1):
            held = sum(
                ways(count, n, marked, headcount)
                for count, (low, high) in enumerate(spans)
                if low <= marked <= high
            )
            assert 20 * held >= 19 * comb(headcount, n)


def spelled_out(count: int, n: int, headcount: int) -> tuple[int, int]:
    """The same interval in whole numbers, trying every possible number of people."""
    possible = []
    for marked in range(count, headcount - n + count + 1):
        below = sum(ways(k, n, marked, headcount) for k in range(count + 1))
        above = sum(ways(k, n, marked, headcount) for k in range(count, n + 1))
        if 40 * min(below, above) > comb(headcount, n):
            possible.append(marked)
    return min(possible), max(possible)


def ways(count: int, n: int, marked: int, headcount: int) -> int:
    """How many samples of n people hold `count` of the marked ones."""
    return comb(marked, count) * comb(headcount - marked, n - count)


def test_nobody_of_many_is_still_somebody_of_those_who_did_not_answer():
    interval = share_interval(0, 24, 30)
    assert (interval.low, interval.high) == (0, 2 / 30)
    assert interval.method == "hypergeometric"


def test_a_large_unit_takes_no_time():
    started = process_time()
    interval = share_interval(30_000, 60_000, 100_000)
    assert process_time() - started < 1
    assert (interval.low, interval.high) == pytest.approx((0.4975, 0.5025), abs=1e-4)


def test_median_ranks_match_the_table():
    # Conover, Practical Nonparametric Statistics, A3: n 20 at 95 percent
    assert order_ranks(20, 0.5) == (6, 15)


def test_too_few_answers_for_a_median_have_no_interval():
    assert order_ranks(5, 0.5) is None


def test_thousands_of_answers_do_not_underflow():
    low, high = order_ranks(5000, 0.5) or (0, 0)
    assert 2425 < low < 2500 < high < 2575


def test_an_interval_into_an_open_bin_is_open():
    bins = ((None, 16.0, 40), (16.0, None, 20))
    interval = quantile_interval(bins, 0.5)
    assert interval is not None
    assert (interval.low, interval.high) == (None, 16.0)


@pytest.mark.parametrize("headcount", [None, 300])
def test_the_interval_holds_the_median_as_often_as_it_says(headcount):
    rng = np.random.default_rng(7)
    people = rng.gamma(4, 6, size=300)
    hits = 0
    for _ in range(300):
        asked = rng.choice(people, size=150, replace=headcount is None)
        edges = np.array([0, 10, 15, 20, 25, 30, 40, 200])
        counts = np.histogram(asked, edges)[0]
        bins = tuple(zip(edges[:-1], edges[1:], counts, strict=True))
        interval = quantile_interval(bins, 0.5, headcount)
        assert interval is not None
        hits += interval.low <= np.median(people) <= interval.high
    assert hits >= 285
