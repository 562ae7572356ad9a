"""Wages are what the file says, and an empty cell is never a zero."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from reports.reference import wages
from reports.reference.csvfile import FigureError
from reports.reference.wages import Blank, all_wages, areas_of_oregon, wages_for

RAW = list(csv.DictReader(wages.FILE.read_text("utf-8").splitlines()))


def test_every_figure_is_the_one_in_the_file():
    for raw, wage in zip(RAW, all_wages(), strict=True):
        cells = {name: getattr(wage, name) for name in raw if name[:2] in ("h_", "a_")}
        assert cells.keys() >= {"h_p10", "h_median", "h_p90", "h_mean", "a_median"}
        for name, cell in (cells | {"employment": wage.employment}).items():
            assert (str(cell) if isinstance(cell, Decimal) else "") == raw[name]


def test_social_workers_and_nurses_in_oregon():
    assert wages_for(wages.SOCIAL_WORKERS, "Oregon").h_median == Decimal("32.79")
    portland = wages_for(wages.NURSES, "Portland-Vancouver-Hillsboro, OR-WA")
    assert portland.occupation == "Registered Nurses"
    assert portland.percentiles == tuple(sorted(portland.percentiles))
    assert portland.period == "May 2025"


def test_the_note_decides_what_an_empty_cell_means():
    withheld = wages_for(wages.NURSES, "Corvallis, OR")
    ceiling = wages_for("29-1223", "Salem, OR")
    assert set(withheld.percentiles) == {Blank.WITHHELD}
    assert set(ceiling.percentiles) == {Blank.CEILING}
    assert wages.shown(withheld.h_median) == "not released"
    assert wages.shown(ceiling.h_median) == "at or above the published ceiling"
    empty = sum(not raw[name] for raw in RAW for name in raw if name[:2] in ("h_", "a_", "em"))
    blanks = [c for w in all_wages() for c in (*w.percentiles, w.h_mean, w.a_median, w.employment)]
    assert empty == sum(isinstance(cell, Blank) for cell in blanks) > 0


def test_a_row_that_is_partly_above_the_ceiling_keeps_its_lower_figures():
    psychiatrists = wages_for("29-1223", "United States", period="May 2024")
    assert wages.shown(psychiatrists.h_p25) == "$67.93"
    assert psychiatrists.h_median is Blank.CEILING


def test_areas_start_with_the_state_and_stay_in_oregon():
    assert areas_of_oregon()[0] == "Oregon"
    assert "United States" not in areas_of_oregon()
    assert len(areas_of_oregon()) == 12


def test_no_such_row_is_none():
    assert wages_for("29-1141", "Atlantis") is None


HEADER = wages.FILE.read_text("utf-8").splitlines()[0]
GOOD = (
    "1-1,Tailors,Oregon,state,41,cross-industry,May 2025,"
    "15.00,18.07,24.51,38.71,61.81,33.54,50980,150,BLS,https://x,"
)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (GOOD.replace("24.51", ""), "h_median is empty and the note does not say why"),
        (GOOD.replace("24.51", "0"), "a figure is above zero"),
        (GOOD.replace("24.51", "24,51"), "19 cells where the header names 18"),
        (GOOD.replace("24.51", "n/a"), "is not a number"),
        (GOOD.replace("24.51", "99.99"), "do not rise"),
        (GOOD + "blank: not released by BLS", "none is empty"),
        (GOOD + "blank: who knows", "none of those known"),
        (GOOD.replace("Tailors", ""), "occupation is empty"),
        (GOOD.replace("Tailors", '"Tai"lors'), "not valid CSV"),
        (GOOD + "\n" + GOOD, "stand in an earlier row"),
    ],
)
def test_a_bad_row_is_one_sentence_with_its_line(tmp_path: Path, row: str, problem: str):
    path = tmp_path / "wages.csv"
    path.write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(FigureError, match=problem) as caught:
        wages.read_wages(path)
    assert str(caught.value).startswith(f"wages.csv, line {row.count(chr(10)) + 2}: ")
    assert "\n" not in str(caught.value)


def test_a_file_with_other_columns_is_refused(tmp_path: Path):
    path = tmp_path / "wages.csv"
    path.write_text("soc_code,wage\n1-1,12.00\n")
    with pytest.raises(FigureError, match=r"wages\.csv, line 1: the header must be soc_code,"):
        wages.read_wages(path)
    with pytest.raises(FigureError, match="cannot be read"):
        wages.read_wages(tmp_path / "nowhere.csv")
