"""The CSV holds the figures of the release, no more, no less, and nothing a spreadsheet runs."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import pytest
from release_factory import every_table, sample_release

from reports.exports.context import ExportContext, base_name
from reports.exports.csv_ import HEADER, ORIGIN_ROW, csv_files, csv_table, safe, write_csv_zip
from survey.release.model import Release

RELEASE = replace(sample_release(), origin="survey")


def rows_of(release: Release) -> list[dict[str, str]]:
    text = csv_table(release).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_header_is_the_contracts():
    assert csv_table(RELEASE).split(b"\r\n")[0] == (
        b"question,breakdown,group,option,from,to,count,n,share"
    )


def test_figures_make_the_round_trip():
    counts, numbers = {}, {}
    for row in rows_of(RELEASE):
        key = (row["question"], row["breakdown"] or None, row["group"] or None)
        if row["option"]:
            counts.setdefault(key, []).append((row["option"], int(row["count"])))
        else:
            ends = (float(row["from"]) if row["from"] else None, float(row["to"] or "inf"))
            numbers.setdefault(key, []).append((*ends, int(row["count"])))
        if int(row["n"]):
            assert float(row["share"]) == round(int(row["count"]) / int(row["n"]), 4)
    for qid, breakdown, group in every_table(RELEASE):
        table = RELEASE.question(qid).table(breakdown, group)
        bins = [(low, high or float("inf"), count) for low, high, count in table.bins]
        assert counts.pop((qid, breakdown, group), []) == list(table.counts)
        assert numbers.pop((qid, breakdown, group), []) == bins
    assert not counts
    assert not numbers


def test_n_is_of_the_table_and_hidden_tables_have_no_row():
    shown = set(every_table(RELEASE))
    for row in rows_of(RELEASE):
        key = (row["question"], row["breakdown"] or None, row["group"] or None)
        assert key in shown
        assert int(row["n"]) == RELEASE.question(key[0]).table(*key[1:]).n
    assert RELEASE.hidden
    assert not {(h.question, h.breakdown, h.group) for h in RELEASE.hidden} & shown


@pytest.mark.parametrize(
    ("origin", "said"),
    [("simulated", "simulated: Made-up data"), ("imported", "imported: Imported answers")],
)
def test_the_first_row_says_whose_answers_these_are_not(origin: str, said: str):
    first, *rest = rows_of(replace(RELEASE, origin=origin))
    assert (first["question"], first["option"]) == (ORIGIN_ROW, said)
    assert (first["count"], first["n"]) == ("0", "0")
    assert rest == rows_of(RELEASE)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_starts_a_formula(start: str):
    hostile = f"{start}cmd|'/c calc'!A1"
    assert safe(hostile) == f"'{hostile}"
    first, *others = RELEASE.questions
    tables = tuple(replace(t, counts=((hostile, 5),)) if t.counts else t for t in first.tables)
    bad = replace(RELEASE, questions=(replace(first, id=hostile, tables=tables), *others))
    with_text = ("question", "breakdown", "group", "option")
    cells = [row[column] for row in rows_of(bad) for column in with_text]
    assert f"'{hostile}" in cells
    assert not [cell for cell in cells if cell.startswith(start)]


def test_a_negative_edge_stays_a_number():
    question = RELEASE.question("pay")
    table = replace(question.table(), bins=((None, -1.5, 6), (-1.5, None, 7)), n=13)
    bad = replace(RELEASE, questions=(replace(question, tables=(table,)),))
    assert [(row["from"], row["to"]) for row in rows_of(bad)] == [("", "-1.5"), ("-1.5", "")]


def test_the_package_describes_the_file_exactly():
    made = csv_files(sample_release(), "en", "x.csv", "x.datapackage.json")
    package = json.loads(made["x.datapackage.json"])
    (resource,) = package["resources"]
    assert resource["path"] == "x.csv"
    assert resource["bytes"] == len(made["x.csv"])
    assert resource["hash"] == "sha256:" + hashlib.sha256(made["x.csv"]).hexdigest()
    assert tuple(field["name"] for field in resource["schema"]["fields"]) == HEADER
    assert package["title"].startswith("Made-up data: ")
    assert "nobody gave these answers" in package["description"]
    assert package["survey"]["origin"] == "simulated"
    assert "licenses" not in package


def test_the_package_says_every_id_of_the_csv_in_words():
    release = sample_release()
    survey = json.loads(csv_files(release, "en", "x.csv", "p")["p"])["survey"]
    questions = {question["id"]: question["options"] for question in survey["questions"]}
    groups = {b["id"]: b["groups"] for b in survey["breakdowns"]}
    for row in rows_of(RELEASE):
        assert not row["option"] or row["option"] in questions[row["question"]]
        assert not row["group"] or row["group"] in groups[row["breakdown"]]


def test_the_zip_holds_both_and_is_the_same_each_time():
    release = sample_release()
    packed = write_csv_zip(release, ExportContext())
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["riverside-2026-made-up-data.csv", "datapackage.json"]
        package = json.loads(archive.read("datapackage.json"))
        assert package["resources"][0]["path"] == archive.namelist()[0]
        assert archive.read(archive.namelist()[0]) == csv_table(release)
    assert packed == write_csv_zip(release, ExportContext())


@pytest.mark.parametrize(
    ("wave", "name"), [("../../etc/x", "etc-x"), ('a"; b', "a-b"), ("日本", "wave"), ("n-1", "n-1")]
)
def test_a_file_name_is_plain_whatever_the_wave_is_called(wave: str, name: str):
    assert base_name(replace(RELEASE, wave=wave)) == name
    assert base_name(replace(RELEASE, wave=wave, origin="imported")) == f"{name}-imported"
