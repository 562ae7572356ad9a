"""Intervals: known values, and what they owe a reader."""

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


@given(st.integers(1, 400), st.data())
def test_a_share_lies_in_its_interval_and_a_headcount_narrows_it(n, data):
    count = data.draw(st.integers(0, n))
    plain, finite = share_interval(count, n), share_interval(count, n, n + 50)
    assert plain.low <= count / n + 1e-12 <= plain.high + 1e-9
    assert finite.high - finite.low <= plain.high - plain.low + 1e-12


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
