"""Numbers as people type them, and nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instrument.amounts import AmountError, parse_amount


@pytest.mark.parametrize(
    ("typed", "lang", "meant"),
    [
        ("24", "en", 24),
        (" 24.50 ", "en", 24.5),
        ("$24.50", "en", 24.5),
        ("US$ 24.50", "en", 24.5),
        ("24.50 USD", "en", 24.5),
        ("1,200", "en", 1200),
        ("52,000.75", "en", 52000.75),
        ("1,234,567", "en", 1234567),
        ("1.200", "en", 1.2),
        ("24,50", "es", 24.5),
        ("24,5", "en", 24.5),
        ("1.200", "es", 1200),
        ("1,200", "es", 1200),
        ("52.000,75", "es", 52000.75),
        ("52 000", "es", 52000),
        ("52\u00a0000", "en", 52000),
        (".5", "en", 0.5),
        ("0,500", "en", 0.5),
        ("007", "en", 7),
        ("0", "en", 0),
        ("24.", "en", 24),
        ("24,50", "vi", 24.5),
        ("24.50", "vi", 24.5),
        ("1.200", "vi", 1200),
        ("52.000.000", "vi", 52_000_000),
        ("24,50", "ru", 24.5),
        ("52\u00a0000,75", "ru", 52000.75),
        ("52\u202f000", "ru", 52000),
        ("24,50 $", "ru", 24.5),
        ("24.50", "zh-Hans", 24.5),
        ("２４．５", "zh-Hans", 24.5),
        ("２４。５", "zh-Hans", 24.5),
        ("５２，０００", "zh-Hans", 52000),
        ("＄２４", "zh-Hans", 24),
        ("US$24.50", "zh-Hans", 24.5),
    ],
)
def test_what_people_type_is_understood(typed: str, lang: str, meant: float) -> None:
    assert parse_amount(typed, lang) == meant


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        *[
            (t, "nonsense")
            for t in ("abc", "24/hr", "$", "1.2.3", "1,2,3", "12,34,567", "1,200,50")
        ],
        *[
            (t, "nonsense")
            for t in ("nan", "inf", "1e5", "0x10", "24 or 25", "--5", "5-", "٣", "5..", ".", ",5,5")
        ],
        *[(t, "nonsense") for t in ("1.200,5,5", "1,200.5.5", "9" * 41)],
        *[(t, "nonsense") for t in ("二十四", "２４元", "24 đô la", "24 руб")],
        *[(t, "negative") for t in ("－５", "-5", "−5", "$-5", "-1,200")],
        ("1000000001", "large"),
        ("99,999,999,999", "large"),
    ],
)
def test_nonsense_is_refused(typed: str, why: str) -> None:
    with pytest.raises(AmountError, match=why):
        parse_amount(typed, "en")


@given(st.text(), st.sampled_from(["en", "es"]))
def test_anything_typed_is_a_number_in_bounds_or_refused(typed: str, lang: str) -> None:
    with suppress(AmountError):
        assert 0 <= parse_amount(typed, lang) <= 1e9


@given(st.integers(0, 10**8), st.integers(0, 99))
def test_a_number_reads_the_same_in_every_convention(whole: int, cents: int) -> None:
    meant = float(f"{whole}.{cents:02}")
    english = f"{whole:,}.{cents:02}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    for lang in ("en", "es"):
        assert parse_amount(english, lang) == parse_amount(spanish, lang) == meant
