"""Every format goes one way; json is what was published, byte for byte."""

from dataclasses import replace
from pathlib import Path

import pytest
from release_factory import sample_release

from reports.exports.context import ExportError
from reports.exports.registry import EXPORTS, download_name, export, export_files
from survey.release.serialize import from_json, to_json

RELEASE = sample_release()


def test_json_is_the_published_file_byte_for_byte():
    body = to_json(RELEASE)
    assert export(from_json(body), "json") == body
    older = body.replace(b"\n", b" \n")
    assert export(RELEASE, "json", body=older) == older


def test_each_format_starts_as_such_a_file_does():
    starts = {"json": b"{", "csv": b"PK", "pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK"}
    assert starts.keys() == EXPORTS.keys()
    for fmt, start in starts.items():
        assert export(RELEASE, fmt).startswith(start)


def test_an_unknown_format_is_one_sentence():
    with pytest.raises(ExportError, match="There is no format 'exe' to export: choose json, csv"):
        export(RELEASE, "exe")


def test_a_csv_is_written_with_its_description_beside_it(tmp_path: Path):
    files = export_files(RELEASE, "csv", tmp_path / "figures.csv")
    assert set(files) == {tmp_path / "figures.csv", tmp_path / "figures.datapackage.json"}
    assert files[tmp_path / "figures.csv"].startswith(b"question,breakdown,group,option,")
    assert b'"path": "figures.csv"' in files[tmp_path / "figures.datapackage.json"]


@pytest.mark.parametrize(("fmt", "name"), [("csv", "a.zip"), ("json", "a.json"), ("pdf", "a.x")])
def test_any_other_file_is_one_file(tmp_path: Path, fmt: str, name: str):
    (path,) = export_files(RELEASE, fmt, tmp_path / name)
    assert path == tmp_path / name


def test_a_download_says_in_its_name_what_the_data_is():
    assert download_name(RELEASE, "csv") == "riverside-2026-made-up-data.zip"
    real = replace(RELEASE, origin="survey")
    assert download_name(real, "pdf") == "riverside-2026.pdf"


def test_a_language_that_the_program_does_not_speak_is_one_sentence(tmp_path: Path):
    with pytest.raises(ExportError, match="not in 'xx'"):
        export(RELEASE, "pdf", "xx")
    with pytest.raises(ExportError, match="not in 'xx'"):
        export_files(RELEASE, "csv", tmp_path / "a.csv", "xx")
