"""Typing in paper sheets: ten of them, and the totals are those of the same answers."""

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from browsing import check_page, page, post, text
from desk_waves import Make
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, update

from survey.box.close import close_box
from survey.box.codes import revoke
from survey.box.keys import read_key_file
from survey.box.layout import cells_of
from survey.box.model import Wave
from survey.box.unseal import open_totals
from survey.box.waves import find_wave, key_file
from survey.config import Config
from survey.instrument.model import Answers
from survey.intake.codes import show_code
from survey.intake.issue import issue_new_codes
from survey.staff.activity import entries
from survey.store import tables

SHEETS: list[tuple[dict[str, str], Answers]] = [
    ({"role": "1", "caseload": "24", "race": "1, 4", "pay": "24.50"}, {
        "role": "therapist", "caseload": 24.0, "race": frozenset({"asian", "white"}), "pay": 24.5}),
    ({"role": "4", "caseload": "n", "race": "5", "pay": "52000 b"}, {"role": "nurse", "pay": 25.0}),
    ({"role": "2", "pay": ""}, {"role": "case-manager"}),
    ({"workload": "3", "benefits": "1.2.5"}, {
        "workload": "agree", "benefits": frozenset({"health", "leave", "training"})}),
    ({"leave": "3", "leave-why": "4 1"}, {
        "leave": "very-likely", "leave-why": frozenset({"management", "pay"})}),
    ({"leave": "1", "leave-why": "2"}, {"leave": "unlikely", "leave-why": frozenset({"workload"})}),
    ({"leave": "4"}, {}),
    ({"pay": "$52,000 B", "caseload": "0"}, {"pay": 25.0, "caseload": 0.0}),
    ({}, {}),
    ({"role": " 5 ", "workload": "2"}, {"role": "support", "workload": "neither"}),
]  # fmt: skip
"""What is typed, and the answers that it stands for."""


@pytest.fixture
def codes(engine: Engine, make_wave: Make, app: Any) -> list[str]:
    """Codes of an open wave "fall" that nobody has answered."""
    made = issue_new_codes(engine, app.extensions["survey"].secret, make_wave(), 20)
    return [show_code(code) for code in made]


def form_id(browser: FlaskClient) -> str:
    field = page(browser, "/desk/waves/fall/sheets").select_one("input[name=form]")
    assert field is not None
    return str(field["value"])


def type_in(browser: FlaskClient, typed: dict[str, str], code: str, status: int = 303) -> Any:
    data = {f"q-{name}": value for name, value in typed.items()}
    data |= {"form": form_id(browser), "code": code}
    return post(browser, "/desk/waves/fall/sheets", data, status)


def test_ten_sheets_add_up_to_their_answers(
    organizer: FlaskClient, codes: list[str], engine: Engine, config: Config
) -> None:
    wave = find_wave(engine, "fall")
    assert wave is not None
    expected = np.zeros(wave.layout.size, dtype=np.uint32)
    # $2,080 an hour is refused, as on a worker's page: the typist looks again and leaves it out
    refused = check_page(type_in(organizer, {"pay": "2,080a"}, codes[0], 422), 422)
    assert "does not look right" in text(refused)
    for (typed, answers), code in zip(SHEETS, codes, strict=False):
        type_in(organizer, typed, code)
        expected[cells_of(wave.layout, answers)] += 1
    assert close_box(engine, config, wave, "2026-11").responses == len(SHEETS)
    closed = find_wave(engine, "fall")
    assert closed is not None
    key = read_key_file(key_file(config, "fall"), closed)
    assert (open_totals(engine, config, closed, key) == expected).all()


def test_after_saving_the_next_sheet_is_empty_and_nothing_counts_them(
    organizer: FlaskClient, codes: list[str]
) -> None:
    pages = []
    for code in codes[:3]:
        type_in(organizer, SHEETS[0][0], code)
        pages.append(page(organizer, "/desk/waves/fall/sheets?saved=1"))
    assert "Saved." in text(pages[0])
    for found in pages:
        inputs = found.select(".sheet-entry input:not([type=hidden])")
        assert not [field for field in inputs if field.get("value")]
        assert [field["id"] for field in found.select("[autofocus]")] == ["code"]
    shown = {re.sub(r'value="[^"]*"', "", str(found.select_one("main"))) for found in pages}
    assert len(shown) == 1


def test_the_log_says_once_a_day_that_sheets_were_entered(
    organizer: FlaskClient, codes: list[str], engine: Engine
) -> None:
    for code in codes[:3]:
        type_in(organizer, {}, code)
    assert [e.action for e in entries(engine)] == ["entered sheets"]
    with engine.begin() as db:
        yesterday = datetime(2026, 1, 1, tzinfo=UTC).date()
        db.execute(update(tables.activity).values(day=yesterday))
    type_in(organizer, {}, codes[3])
    assert [e.action for e in entries(engine)] == ["entered sheets"] * 2


def test_a_mistake_stands_beside_its_input_and_nothing_is_lost(
    organizer: FlaskClient, codes: list[str]
) -> None:
    typed = {"role": "9", "caseload": "many", "benefits": "1,2,3,4", "workload": "2", "race": "1 x"}
    found = check_page(type_in(organizer, typed, codes[0], 422), 422)
    for name, sentence in {
        "role": "There is no answer 9 here: type 1 to 5.",
        "caseload": "Write a number in digits",
        "benefits": "Pick at most 3.",
        "race": "There is no answer x here",
    }.items():
        error = found.select_one(f"#q-{name}-error")
        assert error is not None, name
        assert sentence in text(error)
    for name, value in {**typed, "race": "1 x"}.items():
        field = found.select_one(f"#q-{name}")
        assert field is not None
        assert field["value"] == value
    assert found.select_one("#code")["value"] == codes[0]  # type: ignore[index]
    assert [field["id"] for field in found.select("[autofocus]")] == ["q-role"]


def test_one_answer_means_one(organizer: FlaskClient, codes: list[str]) -> None:
    found = check_page(type_in(organizer, {"role": "1,2"}, codes[0], 422), 422)
    assert "Pick one answer only." in text(found)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [("", "Type the code"), ("ABCD", "typing mistake"), ("0000-0000-0000-00", "do not know")],
)
def test_a_sheet_without_a_code_of_this_wave_is_not_counted(
    organizer: FlaskClient, codes: list[str], code: str, sentence: str
) -> None:
    found = check_page(type_in(organizer, {"role": "1"}, code, 422), 422)
    assert sentence in text(found)
    assert found.select_one("#q-role")["value"] == "1"  # type: ignore[index]


def test_a_used_code_looks_like_any_other_and_counts_once(
    organizer: FlaskClient, codes: list[str], engine: Engine, config: Config
) -> None:
    first, second = (type_in(organizer, {"role": r}, codes[0]) for r in "12")
    assert first.location == second.location
    wave = find_wave(engine, "fall")
    assert wave is not None
    assert close_box(engine, config, wave, "2026-11").responses == 1


def test_a_code_that_was_taken_back_is_not_known(
    organizer: FlaskClient, codes: list[str], engine: Engine, config: Config
) -> None:
    type_in(organizer, {}, codes[0])
    wave = find_wave(engine, "fall")
    assert wave is not None
    revoke(engine, config, wave, "")
    for code in codes[:2]:
        assert "do not know" in text(check_page(type_in(organizer, {}, code, 422), 422))


def test_the_page_says_what_the_printed_sheet_says(
    organizer: FlaskClient, codes: list[str]
) -> None:
    shown = text(page(organizer, "/desk/waves/fall/sheets"))
    assert "1 Therapist 2 Case manager" in shown
    assert "5 Prefer not to say" in shown
    assert "a dollars an hour b dollars a year" in shown
    assert "You see these answers." in shown


def test_enter_sends_nothing_by_accident(organizer: FlaskClient, codes: list[str]) -> None:
    buttons = page(organizer, "/desk/waves/fall/sheets").select(".sheet-entry button")
    assert buttons[0].has_attr("disabled")
    assert len(buttons) == 2


def test_a_page_of_another_wave_is_out_of_date(
    organizer: FlaskClient, codes: list[str], make_wave: Make
) -> None:
    make_wave(slug="other")
    data = {"form": form_id(organizer), "code": codes[0]}
    found = check_page(post(organizer, "/desk/waves/other/sheets", data, 422), 422)
    assert "Save the sheet once more" in text(found)


def test_readers_and_closed_waves_have_no_such_page(
    organizer: FlaskClient, reader: FlaskClient, wave: Wave, engine: Engine, config: Config
) -> None:
    page(reader, "/desk/waves/fall/sheets", 403)
    close_box(engine, config, wave, "2026-11")
    page(organizer, "/desk/waves/fall/sheets", 404)


def test_no_table_keeps_anything_of_a_sheet(
    organizer: FlaskClient, codes: list[str], engine: Engine
) -> None:
    with engine.connect() as db:
        before = {t.name: len(db.execute(select(t)).all()) for t in tables.metadata.sorted_tables}
    type_in(organizer, SHEETS[0][0], codes[0])
    type_in(organizer, SHEETS[1][0], codes[1])
    with engine.begin() as db:
        after = {t.name: len(db.execute(select(t)).all()) for t in tables.metadata.sorted_tables}
        db.execute(delete(tables.activity))
    grown = {name for name in after if after[name] != before[name]}
    assert grown == {"seed", "activity"}
