"""Benchmarks are what the file says; weak and outdated ones cannot pass for more."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from reports.reference import benchmarks
from reports.reference.benchmarks import all_benchmarks, benchmark, benchmarks_on
from reports.reference.csvfile import FigureError

RAW = list(csv.DictReader(benchmarks.FILE.read_text("utf-8").splitlines()))


def test_every_figure_is_the_one_in_the_file():
    assert len(RAW) == len(all_benchmarks()) == 81
    for raw, found in zip(RAW, all_benchmarks(), strict=True):
        ends = raw["value"].split("-")
        assert (str(found.low), str(found.high)) == (ends[0], ends[-1])
        for column in ("id", "topic", "measure", "unit", "period", "source", "source_url"):
            assert getattr(found, column) == raw[column]


def test_a_figure_reads_as_a_person_writes_it():
    assert benchmark("B001").value == "$1,337 per week"
    assert benchmark("B029").value == "30–35 percent per year"
    assert benchmark("B070").value == "$14.55 per hour"
    assert benchmark("B018").low == Decimal("62.79")


def test_low_confidence_is_never_shown_without_the_word():
    low = [found for found in all_benchmarks() if found.confidence == "low"]
    assert len(low) == 3
    assert all(found.value.endswith("(low confidence)") for found in low)
    assert not any("confidence" in f.value for f in all_benchmarks() if f not in low)


def test_rents_of_fiscal_year_2026_are_history_since_october():
    rents = [found for found in benchmarks_on("rent") if "FY2026" in found.period]
    assert len(rents) == 16
    assert not any(found.superseded(date(2026, 9, 30)) for found in rents)
    assert all(found.superseded(date(2026, 10, 1)) for found in rents)
    assert all(found.superseded(date(2027, 1, 1)) for found in rents)


def test_oregons_minimum_wage_changes_each_july():
    found = benchmark("B068")
    assert not found.superseded(date(2027, 6, 30))
    assert found.superseded(date(2027, 7, 1))
    assert not benchmark("B001").superseded(date(2030, 1, 1))


def test_an_unknown_id_is_a_key_error():
    with pytest.raises(KeyError):
        benchmark("B999")


HEADER = benchmarks.FILE.read_text("utf-8").splitlines()[0]
GOOD = "B1,rent,Rent,1677,USD per month,Oregon,2026,high,HUD,https://x,page"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (GOOD.replace("high", "sure"), "write high, medium or low"),
        (GOOD.replace("1677", "30-20"), "a range like 30-35"),
        (GOOD.replace("1677", "about 20"), "is not a number"),
        (GOOD.replace("2026", ""), "period is empty"),
        (GOOD + "\n" + GOOD, "B1 stands in an earlier row"),
    ],
)
def test_a_bad_row_is_one_sentence_with_its_line(tmp_path: Path, row: str, problem: str):
    path = tmp_path / "benchmarks.csv"
    path.write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(FigureError, match=problem) as caught:
        benchmarks.read_benchmarks(path)
    assert str(caught.value).startswith(f"benchmarks.csv, line {row.count(chr(10)) + 2}: ")
