"""How far a figure could be from everybody's, if those who did not answer are like those who did.

A wave asks everybody in the unit, so what is uncertain is the people who did not answer. Where
the headcount is known the intervals are corrected for how many they are (a wave that everybody
answered has no uncertainty); where it is unknown, an estimate or too low they are not, and mostly
come out wider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, floor, lgamma, log, log1p, sqrt
from typing import Literal

Z = 1.959964
"""The normal quantile of a two-sided 95 percent interval."""
TAIL = 0.025
NEARLY = 1 + 1e-9
"""Chances of one in forty exactly come out a little off, as they are worked out by logarithms."""
Bins = Sequence[tuple[float | None, float | None, int]]
Method = Literal["wilson", "hypergeometric", "ranks", "ranks-finite", "everybody"]
""""everybody" answered: there is nothing to infer, only bins may leave a number open."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 percent interval in the figure's own unit; None is an open end of the published bins."""

    low: float | None
    high: float | None
    method: Method


def share_interval(count: int, n: int, headcount: int | None = None) -> Interval:
    """Where the share of everybody lies if count of n gave an answer.

    With a headcount the exact interval of a finite population: from the smallest to the largest
    number of people with that answer under which what was counted is not in either 2.5 percent
    tail of the hypergeometric distribution (Buonaccorsi 1987, The American Statistician 41; Wright
    1991, Exact Confidence Bounds when Sampling from Small Finite Universes). Without one, Wilson's
    interval (Wilson 1927).
    """
    if headcount is None or not _finite(n, headcount):
        return Interval(*_wilson(count / n, n), "wilson")
    if n == headcount:
        return Interval(count / n, count / n, "everybody")
    low, high = _fewest(count, n, headcount), headcount - _fewest(n - count, n, headcount)
    return Interval(low / headcount, high / headcount, "hypergeometric")


def quantile_interval(bins: Bins, q: float, headcount: int | None = None) -> Interval | None:
    """Where the q-quantile of everybody lies, from people counted in rising bins.

    The interval between two order statistics (David and Nagaraja, Order Statistics, 7.1), widened
    to the edges of the published bins they are in. None where too few people answered.
    """
    n = sum(count for _, _, count in bins)
    finite = _finite(n, headcount)
    ranks = order_ranks(n, q, headcount if finite else None)
    if ranks is None:
        return None
    low, high = _bin_of(bins, ranks[0])[0], _bin_of(bins, ranks[1])[1]
    method: Method = "ranks-finite" if finite else "ranks"
    return Interval(low, high, "everybody" if n == headcount else method)


@lru_cache(maxsize=4096)
def order_ranks(n: int, q: float, headcount: int | None = None) -> tuple[int, int] | None:
    """Ranks (from 1) of two of n sorted answers with the q-quantile between them, 95 percent sure.

    How many answers lie below it is binomial(n, q), or hypergeometric with a headcount.
    """
    below = _below(n, q, headcount)
    low, total = 0, 0.0
    for k, chance in below:
        total += chance
        if total > TAIL:
            low = k
            break
    high, total = n + 1, 0.0
    for k, chance in reversed(below):
        total += chance
        if total > TAIL:
            high = k + 1
            break
    return (low, high) if 1 <= low < high <= n else None


def _finite(n: int, headcount: int | None) -> bool:
    """More answers than people means that the headcount is wrong: then it is not used."""
    return headcount is not None and headcount >= n


def _wilson(share: float, n: int) -> tuple[float, float]:
    square = Z * Z
    middle = share + square / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    scale = 1 + square / n
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


@lru_cache(maxsize=8192)
def _fewest(count: int, n: int, headcount: int) -> int:
    """The smallest number of people with the answer under which `count` of n is not rare."""
    low, high = count, headcount - n + count
    while low < high:
        middle = (low + high) // 2
        if _rare(count, n, middle, headcount):
            low = middle + 1
        else:
            high = middle
    return low


def _rare(count: int, n: int, marked: int, headcount: int) -> bool:
    """Whether `count` or more of n people are of the marked ones by a chance of 2.5% at most."""
    if count <= (n + 1) * (marked + 1) // (headcount + 2):
        return False  # Not above the mode, so it is a quarter of the chances or more.
    total = chance = _hypergeometric(count, n, marked, headcount)
    for k in range(count, min(n, marked)):
        chance *= (marked - k) * (n - k) / ((k + 1) * (headcount - marked - n + k + 1))
        total += chance
        if total > TAIL * NEARLY or chance < total * 1e-12:
            break
    return total <= TAIL * NEARLY


def _below(n: int, q: float, headcount: int | None) -> list[tuple[int, float]]:
    """Chances of k answers below the quantile, k rising, where they are not negligible."""
    mean, spread = n * q, 8 * sqrt(n * q * (1 - q)) + 1
    first, last = max(0, floor(mean - spread)), min(n, floor(mean + spread) + 1)
    if headcount is None:
        return [(k, _binomial(k, n, q)) for k in range(first, last + 1)]
    marked = floor(headcount * q)
    first, last = max(first, n - (headcount - marked)), min(last, marked)
    return [(k, _hypergeometric(k, n, marked, headcount)) for k in range(first, last + 1)]


def _binomial(k: int, n: int, q: float) -> float:
    # By logarithms, as q**k is zero to a computer for a thousand answers.
    return exp(_choose(n, k) + k * log(q) + (n - k) * log1p(-q))


def _hypergeometric(k: int, n: int, marked: int, headcount: int) -> float:
    ways = _choose(marked, k) + _choose(headcount - marked, n - k)
    return exp(ways - _choose(headcount, n))


def _choose(n: int, k: int) -> float:
    """Logarithm of n over k."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _bin_of(bins: Bins, rank: int) -> tuple[float | None, float | None]:
    seen = 0
    for low, high, count in bins:
        seen += count
        if seen >= rank:
            return low, high
    raise ValueError(f"There are {seen} answers, not {rank}.")
