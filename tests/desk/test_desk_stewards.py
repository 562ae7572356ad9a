"""Stewards at the desk: sheets once, words typed once, and none of them on any page or disk."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from browsing import check_page, page, post, text
from bs4 import BeautifulSoup
from desk_waves import Make
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine
from stewardkit import mistyped, typed
from werkzeug.test import TestResponse

from survey.box.model import Quorum, StewardKey
from survey.box.stewards import key_fingerprint, line_of, make_stewards
from survey.box.waves import find_wave, key_file, list_waves
from survey.box.words import WORD_LIST, read_key
from survey.config import Config
from survey.release.published import published

NEW = "/desk/waves/new"
OPEN, PUBLISH = "/desk/waves/fall/open", "/desk/waves/fall/publish"
TRY = "/desk/waves/fall/words"
BASIC = {
    "campaign": "Bright Harbor",
    "slug": "fall",
    "questionnaire": "pulse",
    "access": "codes",
    "custody": "stewards",
    "count": "3",
    "threshold": "2",
    "unit": "240",
}


def words_on(content: bytes) -> list[str]:
    """The words of each page of a PDF of sheets."""
    texts = [sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages]
    grids = [t.partition("The words")[2].partition("Today")[0] for t in texts]
    return [" ".join(re.findall(r"\b\d+ ([a-z]{4,8})\b", grid)) for grid in grids]


def refused(organizer: FlaskClient, field: str, **more: str) -> str:
    """The sentence at a field of the set-up form."""
    found = check_page(post(organizer, NEW, {**BASIC, "do": "create", **more}, 200))
    error = found.select_one(f"#{field}-error")
    assert error is not None
    return text(BeautifulSoup(str(error), "html.parser"))


def test_stewards_are_offered_first(organizer: FlaskClient) -> None:
    found = page(organizer, NEW)
    assert found.select_one("input[name=custody][value=stewards][checked]")
    values = {n: found.select_one(f"#{n}") for n in ("count", "threshold")}
    assert {n: v["value"] for n, v in values.items() if v} == {"count": "3", "threshold": "2"}
    checked = check_page(post(organizer, NEW, {**BASIC, "do": "check"}, 200))
    button = checked.select_one("button[value=create]")
    assert button is not None
    assert "download the sheets" in button.text


def test_making_a_wave_answers_with_the_sheets(organizer: FlaskClient, engine: Engine) -> None:
    made = post(organizer, NEW, {**BASIC, "do": "create"}, 200)
    assert made.mimetype == "application/pdf"
    assert made.headers["Content-Disposition"] == 'attachment; filename="fall-stewards.pdf"'
    assert made.headers["Cache-Control"] == "no-store"
    wave = find_wave(engine, "fall")
    assert wave is not None
    assert wave.quorum == Quorum(2, 3)
    sheets = words_on(made.data)
    assert [len(sheet.split()) for sheet in sheets] == [20] * 3
    again = check_page(post(organizer, NEW, {**BASIC, "do": "create"}, 200))
    assert "already a wave" in text(again)


def test_no_byte_of_the_words_stays_on_the_server(
    organizer: FlaskClient, config: Config, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = post(organizer, NEW, {**BASIC, "do": "create"}, 200)
    organizer.get("/desk/waves/fall")
    stored = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    said = "".join(capfd.readouterr()) + organizer.get("/desk/activity").text
    for sheet in words_on(made.data):
        pairs = [" ".join(pair) for pair in pairwise(sheet.split())]
        assert not any(pair.encode() in stored or pair in said for pair in pairs)
    assert not key_file(config, "fall").exists()


def test_a_public_key_that_was_made_offline(organizer: FlaskClient, engine: Engine) -> None:
    key, _ = make_stewards("fall", Quorum(3, 4))
    line = line_of(key)
    done = post(organizer, NEW, {**BASIC, "do": "create", "public_key": f" {line}\n"})
    wave = find_wave(engine, "fall")
    assert wave is not None
    assert (wave.public_key, wave.quorum) == (key.public_key, key.quorum)
    shown = text(page(organizer, done.location))
    assert key_fingerprint(key.public_key) in shown
    assert "3 of 4 sheets open the box" in shown
    for path in (done.location, "/desk/waves/fall/start"):
        assert page(organizer, path).select_one(f"a[href='{TRY}']")


@pytest.mark.parametrize(
    ("field", "more", "sentence"),
    [
        ("threshold", {"threshold": "1"}, "2 to 3 can be needed"),
        ("threshold", {"threshold": "4"}, "2 to 3 can be needed"),
        ("threshold", {"threshold": ""}, "from 1 to 9"),
        ("count", {"count": "10"}, "from 1 to 9"),
        ("count", {"count": "three"}, "whole number"),
        ("count", {"count": ""}, "from 1 to 9"),
        ("public_key", {"public_key": "hello"}, "not a stewards' public key"),
        ("custody", {"custody": ""}, "who holds the key"),
        ("custody", {"custody": "nobody"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    organizer: FlaskClient, engine: Engine, field: str, more: dict[str, str], sentence: str
) -> None:
    assert sentence in refused(organizer, field, **more)
    assert list_waves(engine) == ()


def test_a_public_key_of_another_wave(organizer: FlaskClient, engine: Engine) -> None:
    key, _ = make_stewards("spring", Quorum(2, 3))
    assert "made for a wave named spring" in refused(
        organizer, "public_key", public_key=line_of(key)
    )
    assert list_waves(engine) == ()


@dataclass(frozen=True)
class Closed:
    """A closed wave of 2 of 3 stewards, and their words."""

    key: StewardKey
    sheets: list[str]

    def form(self, *stewards: int) -> dict[str, Any]:
        """What the opening page is sent."""
        return {f"sheet-{at}": self.sheets[n - 1] for at, n in enumerate(stewards, start=1)}


@pytest.fixture
def held(make_wave: Make) -> Closed:
    """A wave that is not yet open."""
    key, sheets = make_stewards("fall", Quorum(2, 3))
    make_wave(0, custody="stewards", stewards=key, open=False)
    return Closed(key, [typed(sheet) for sheet in sheets])


@pytest.mark.parametrize(
    ("stewards", "sentences"),
    [
        ((3, 1), ["steward 3 are right", "steward 1 are right", "These words open the wave."]),
        ((2,), ["steward 2 are right", "1 more sheet is needed to open the box."]),
    ],
)
def test_words_are_tried_and_nothing_is_kept(
    organizer: FlaskClient,
    held: Closed,
    tmp_path: Path,
    stewards: tuple[int, ...],
    sentences: list[str],
) -> None:
    assert len(page(organizer, TRY).select("textarea")) == 2
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    tried = post(organizer, TRY, held.form(*stewards), 200)
    said = text(check_page(tried).select_one("[role=status]"))
    assert all(sentence in said for sentence in sentences)
    assert ("open the wave" in said) == (len(stewards) == 2)
    assert not any(shows(tried.text, sheet) for sheet in held.sheets)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_words_that_are_wrong_are_said_to_be(organizer: FlaskClient, held: Closed) -> None:
    late = {"sheet-2": mistyped(held.sheets[1], 9, "acidzz")}
    for sent, field, sentence in (
        ({}, "sheet-1", "at least one sheet"),
        (held.form(1, 1), "sheet-1", "steward 1 was typed twice"),
        (held.form(1) | late, "sheet-2", "On the second sheet, word 9"),
        (late, "sheet-2", "On the second sheet, word 9"),
        (stranger(held), "sheet-2", "of another wave"),
    ):
        found = check_page(post(organizer, TRY, sent, 200))
        assert sentence in text(found.select_one(f"#{field}-error"))
        assert not found.select("[role=status]")
    assert organizer.post(TRY, data=held.form(1, 2)).status_code == 400  # without a token


def test_who_tries_words(reader: FlaskClient, organizer: FlaskClient, make_wave: Make) -> None:
    make_wave(0)
    page(organizer, TRY, 404)  # its key is in a file
    post(reader, TRY, {}, 403)
    page(reader, TRY, 403)


@pytest.fixture
def closed(organizer: FlaskClient, make_wave: Make) -> Closed:
    key, sheets = make_stewards("fall", Quorum(2, 3))
    make_wave(60, custody="stewards", stewards=key)
    post(organizer, "/desk/waves/fall/close", {"typed": "fall"})
    return Closed(key, [typed(sheet) for sheet in sheets])


def test_the_page_asks_for_as_many_sheets_as_open_it(
    organizer: FlaskClient, closed: Closed
) -> None:
    found = page(organizer, OPEN)
    areas = found.select("textarea")
    assert [a["name"] for a in areas] == ["sheet-1", "sheet-2"]
    # A browser's own spelling check may send what is typed to its maker.
    assert all((a["spellcheck"], a["autocomplete"]) == ("false", "off") for a in areas)
    assert not found.select("input[type=file], input[name=source]")
    assert key_fingerprint(closed.key.public_key) in text(found)
    assert "box export" in text(found)


def preview(organizer: FlaskClient, data: dict[str, Any]) -> TestResponse:
    return post(organizer, OPEN, data, 200)


def test_words_are_typed_once(organizer: FlaskClient, closed: Closed, engine: Engine) -> None:
    looked = preview(organizer, closed.form(3, 1))
    assert not any(shows(looked.text, sheet) for sheet in closed.sheets)
    field = check_page(looked).select_one("input[name=release]")
    assert field is not None
    done = post(organizer, PUBLISH, {"release": str(field["value"])})
    assert "stewards burn their sheets" in text(page(organizer, done.location))
    release = published(engine, "fall")
    assert release is not None
    assert release.responses == 60


def test_nothing_of_the_words_is_left_once_they_were_used(
    organizer: FlaskClient, closed: Closed, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """After the preview, which is all that needs the key: no word, no key, no totals on disk."""
    preview(organizer, closed.form(2, 3))
    stored = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    stored += "".join(capfd.readouterr()).encode()
    raw = read_key(closed.sheets[:2], closed.key).private_bytes_raw()
    assert not any(form in stored for form in (raw, raw.hex().encode()))
    for sheet in closed.sheets:
        assert not any(f"{a} {b}".encode() in stored for a, b in pairwise(sheet.split()))
    assert b"survey-release" not in stored


def shows(html: str, sheet: str) -> bool:
    """Whether a page holds two words of a sheet beside one another."""
    body = re.sub(r'<script type="application/json".*?</script>', "", html, flags=re.DOTALL)
    words = sheet.split()
    return any(f"{a} {b}" in body for a, b in pairwise(words))


Change = Callable[[Closed], dict[str, Any]]


def slip(closed: Closed) -> dict[str, Any]:
    word = closed.sheets[1].split()[8]
    return {**closed.form(1), "sheet-2": mistyped(closed.sheets[1], 9, word[:4] + "zz")}


def stranger(closed: Closed) -> dict[str, Any]:
    return {**closed.form(1), "sheet-2": typed(make_stewards("fall", Quorum(2, 3))[1][1])}


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        (slip, "sheet-2", "On the second sheet, word 9"),
        (stranger, "sheet-2", "second sheet are of another wave than"),
        (lambda c: c.form(1), "sheet-2", "no words of the second sheet"),
        (lambda c: {}, "sheet-1", "no words of the first sheet"),
        (lambda c: c.form(1, 1), "sheet-1", "steward 1 was typed twice"),
        (lambda c: {**c.form(1), "sheet-2": c.sheets[1] + " acid"}, "sheet-2", "are 21 words"),
    ],
)
def test_what_is_wrong_with_the_words_is_said_and_none_come_back(
    organizer: FlaskClient, closed: Closed, change: Change, field: str, sentence: str
) -> None:
    answer = preview(organizer, change(closed))
    found = check_page(answer)
    error = found.select_one(f"#{field}-error")
    assert error is not None
    assert sentence in error.get_text(" ", strip=True)
    assert found.select_one(f'.error-summary a[href="#{field}"]')
    assert all(area.get_text(strip=True) == "" for area in found.select("textarea"))
    assert not any(shows(answer.text, sheet) for sheet in closed.sheets)
    assert not found.select("input[name=release]")


def test_every_sheet_that_is_wrong_is_told_at_once(organizer: FlaskClient, closed: Closed) -> None:
    found = check_page(preview(organizer, {"sheet-1": "acid", "sheet-2": "acne acid"}))
    assert len(found.select(".error-summary a")) == 2


def test_a_key_file_opens_no_box_of_stewards(organizer: FlaskClient, closed: Closed) -> None:
    found = check_page(preview(organizer, {"source": "server"}))
    assert "There are no words" in text(found)


def test_a_reader_types_nothing(
    reader: FlaskClient, organizer: FlaskClient, closed: Closed
) -> None:
    for path in (OPEN, PUBLISH):
        assert post(reader, path, closed.form(1, 2), 403).status_code == 403


def test_the_word_list_on_the_page_is_the_one_that_is_checked(
    organizer: FlaskClient, closed: Closed
) -> None:
    found = page(organizer, OPEN)
    listed = found.select_one("#word-list")
    assert listed is not None
    assert all(f'"{word}"' in listed.text for word in WORD_LIST)
    assert found.select_one('script[src*="js/words.js"]')


@pytest.mark.parametrize(
    ("quorum", "sentences"),
    [
        (Quorum(2, 3), ["split among 3 people", "Any 2 of them", "If 2 stewards act together"]),
        (Quorum(5, 9), ["split among 9 people", "Any 5 of them", "If 5 stewards act together"]),
        (Quorum(1, 1), ["One person, called the steward", "If the steward acts together"]),
    ],
)
def test_workers_read_who_holds_the_key(
    app: Flask, client: FlaskClient, make_wave: Make, quorum: Quorum, sentences: list[str]
) -> None:
    key, _ = make_stewards("fall", quorum)
    make_wave(0, custody="stewards", stewards=key)
    shown = text(page(client, "/s/fall/privacy"))
    assert all(sentence in shown for sentence in sentences)
    assert f"Key fingerprint: {key_fingerprint(key.public_key)}." in shown
    assert "key file" not in shown
