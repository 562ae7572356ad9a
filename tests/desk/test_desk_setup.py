import io
from typing import Any

import pytest
from browsing import check_page, page, post, text
from bs4 import BeautifulSoup
from factories import EXAMPLE, edited
from flask.testing import FlaskClient
from sqlalchemy import Engine

from survey.box.waves import find_wave, list_waves
from survey.desk.plan import headcounts_text, make_plan, merge_small, slug_of
from survey.desk.worksites import site_id
from survey.instrument.library import LIBRARY
from survey.instrument.model import Headcounts

NEW = "/desk/waves/new"
BASIC = {
    "campaign": "Bright Harbor",
    "slug": "fall",
    "questionnaire": "pulse",
    "access": "codes",
    "custody": "key-file",
    "unit": "240",
}
SMALL = {"people-role-nurse": "9", "people-role-peer": "12", "people-role-therapist": "80"}


def send(organizer: FlaskClient, do: str, **more: Any) -> BeautifulSoup:
    return check_page(post(organizer, NEW, {**BASIC, "do": do, **more}, 200))


def value(soup: BeautifulSoup, css: str) -> str:
    found = soup.select_one(css)
    assert found is not None, css
    return str(found.get("value") or found.text)


def test_the_form_offers_what_is_built_in(organizer: FlaskClient) -> None:
    found = page(organizer, NEW)
    offered = {i["value"] for i in found.select("input[name=questionnaire]")}
    assert offered == {*LIBRARY, "own"}
    assert "four false answers could expose a fifth person" in text(found)


def test_checking_makes_nothing(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "check")
    assert "The questionnaire is fine: 12 questions." in text(found)
    assert found.select_one("button[value=create]")
    assert list_waves(engine) == ()


def test_making_it(organizer: FlaskClient, engine: Engine) -> None:
    data = {**BASIC, "do": "create", "estimate": "y", "people-role-therapist": "80"}
    made = post(organizer, NEW, data)
    assert "It is not yet open" in text(page(organizer, made.location))
    wave = find_wave(engine, "fall")
    assert wave is not None
    assert (wave.campaign, wave.campaign_name, wave.state) == (
        "bright-harbor",
        "Bright Harbor",
        "ready",
    )
    assert wave.headcounts == Headcounts(240, {"role": {"therapist": 80}}, True)
    again = page(organizer, NEW)
    assert value(again, "#campaign") == "Bright Harbor"


def test_a_name_is_taken_once(organizer: FlaskClient) -> None:
    post(organizer, NEW, {**BASIC, "do": "create"})
    for do, more in (
        ("check", {}),
        ("create", {}),
        ("check", {"questionnaire": "behavioral-health"}),
    ):
        found = send(organizer, do, **more)
        sentence = "There is already a wave with this name. Choose another."
        assert sentence in value(found, "#slug-error")
        assert found.select_one('.error-summary a[href="#slug"]')
    assert "The questionnaire is fine" in text(send(organizer, "check", slug="fall-2"))


def test_nothing_typed_is_lost(organizer: FlaskClient) -> None:
    found = send(organizer, "create", slug="Fall 2026!", campaign="", unit="lots")
    assert {a["href"] for a in found.select(".error-summary a")} == {"#slug", "#campaign", "#unit"}
    assert (value(found, "#slug"), value(found, "#unit")) == ("Fall 2026!", "lots")
    assert found.select_one("input[value=pulse][checked]")


def test_small_groups_are_refused(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "create", **SMALL)
    assert "Some groups are too small" in text(found)
    assert "Nurses: 9 people, about 5 answers" in text(found)
    assert not found.select_one("button[value=create]")
    assert "Merge the small groups above first. Then you can make the wave." in text(found)
    assert list_waves(engine) == ()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, ""),
        (SMALL, "Merge the small groups above first."),
        ({"unit": "8"}, "Put right what is said above"),
        ({"people-role-therapist": "lots"}, "Put right what is said above"),
    ],
)
@pytest.mark.parametrize("custody", ["stewards", "key-file"])
def test_without_the_button_there_is_the_reason(
    organizer: FlaskClient, more: dict[str, str], sentence: str, custody: str
) -> None:
    found = send(organizer, "check", custody=custody, count="3", threshold="2", **more)
    assert bool(found.select_one("button[value=create]")) == (not sentence)
    assert sentence in text(found.select_one("form.setup"))
    said = "The sheets come as one file" if custody == "stewards" else "The key is made together"
    assert (said in text(found)) == (not sentence)


def test_small_groups_are_merged_on_request(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "merge", **SMALL)
    assert "The small groups are merged" in text(found)
    assert value(found, "[name=people-role-nurse-peer], [name=people-role-peer-nurse]") == "21"
    own = {"questionnaire": "own", "text": value(found, "#text")}
    counts = {i["name"]: i.get("value", "") for i in found.select("[name^=people-]")}
    post(organizer, NEW, {**BASIC, **own, **counts, "do": "create"})
    wave = find_wave(engine, "fall")
    assert wave is not None
    assert len(wave.definition.breakdown("role").groups) == 5


def test_an_open_link_has_no_groups_to_refuse(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "check", access="open", **SMALL)
    assert "only results of the whole unit will be published" in text(found)
    assert not found.select("[name^=people-]")
    post(organizer, NEW, {**BASIC, "access": "open", "do": "create", **SMALL})
    assert find_wave(engine, "fall") is not None


def test_a_unit_that_is_too_small(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "create", unit="8")
    assert "Some groups are too small" in text(found)
    assert list_waves(engine) == ()


def test_more_people_in_groups_than_in_the_unit(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "create", **{"people-role-therapist": "300"})
    assert "the unit only 240" in value(found, "#unit-error")
    assert list_waves(engine) == ()


def test_a_group_of_no_number(organizer: FlaskClient, engine: Engine) -> None:
    found = send(organizer, "create", **{"people-role-therapist": "-3"})
    assert found.select_one('.error-summary a[href="#people-role-therapist"]')
    assert list_waves(engine) == ()


def test_a_file_of_our_own(organizer: FlaskClient, engine: Engine) -> None:
    file = (io.BytesIO(EXAMPLE.encode()), "ours.yaml")
    found = send(organizer, "check", questionnaire="own", file=file)
    assert value(found, "#text").strip() == EXAMPLE.strip()
    data = {**BASIC, "questionnaire": "own", "text": EXAMPLE, "do": "create"}
    post(organizer, NEW, data)
    assert find_wave(engine, "fall") is not None


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Upload a file or paste"),
        ({"text": edited(("kind: scale", "kind: scales"))}, "line "),
        ({"text": "}{"}, "questionnaire, line 1"),
        ({"file": (io.BytesIO(b"\xff\xfe\x00"), "x.yaml")}, "x.yaml, line 1"),
    ],
)
def test_a_broken_questionnaire_names_its_line(
    organizer: FlaskClient, sent: dict[str, Any], sentence: str
) -> None:
    found = send(organizer, "create", questionnaire="own", **sent)
    assert sentence in value(found, "#text-error")
    assert found.select_one("details[open] #text")


def test_copying_a_built_in_to_change_it(organizer: FlaskClient) -> None:
    found = send(organizer, "edit")
    assert value(found, "#text").strip() == LIBRARY["pulse"].read_text().strip()
    assert found.select_one("input[value=own][checked]")


def test_names_become_addresses() -> None:
    assert slug_of("Río Verde Health & Care") == "rio-verde-health-care"
    assert slug_of("健康") == "campaign"
    assert slug_of("x" * 100) == "x" * 64


def test_merging_adds_headcounts_up_and_keeps_bands() -> None:
    groups = {
        "role": {"therapist": 40, "manager": 10, "others": 12},
        "load": {"60-up": 5, "30-59": 30},
    }
    plan = merge_small(make_plan(EXAMPLE, headcounts_text(None, groups, True)))
    assert plan.small == ()
    known = {(p.breakdown, p.headcount) for p in plan.predictions if p.headcount}
    assert known == {("role", 40), ("role", 22), ("load", 35)}


@pytest.mark.parametrize("name", ["../../../etc/passwd", "", "1", "\x00"])
def test_editing_a_questionnaire_that_is_none(organizer: FlaskClient, name: str) -> None:
    assert value(send(organizer, "edit", questionnaire=name), "textarea").strip() == ""


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "-" + "9" * 400])
def test_numbers_too_long_to_compare(organizer: FlaskClient, number: str) -> None:
    assert "Write a whole number" in text(send(organizer, "check", unit=number, count=number))


def test_files_for_texts_and_texts_for_files(organizer: FlaskClient) -> None:
    file = (io.BytesIO(b"240"), "people.txt")
    assert "Give this wave a short name" in text(send(organizer, "check", slug=file))
    file = (io.BytesIO(b"240"), "people.txt")
    assert "The questionnaire is fine" in text(send(organizer, "check", unit=file, file="text"))


def asked_sites(engine: Engine) -> list[str]:
    wave = find_wave(engine, "fall")
    assert wave is not None
    return [o.label["es"] for o in wave.definition.question("worksite").options]


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_worksites_that_are_made_up_are_said_to_be(organizer: FlaskClient, name: str) -> None:
    assert "ask about made-up worksites" in text(page(organizer, NEW))
    found = send(organizer, "check", questionnaire=name)
    warning = text(found.select_one("#check .notice.warn"))
    assert "made up: North clinic, South clinic, East clinic." in warning
    assert found.select_one("#check a[href='#worksites']")
    copied = value(send(organizer, "edit", questionnaire=name), "#text")
    found = send(organizer, "check", questionnaire="own", text=copied)
    assert found.select_one("#check .notice.warn a[href='#text']")
    found = send(organizer, "check", questionnaire="own", text=EXAMPLE)
    assert not found.select("#check .notice.warn")


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_our_own_worksites_take_their_place(
    organizer: FlaskClient, engine: Engine, name: str
) -> None:
    chosen = {
        "questionnaire": name,
        "worksites": " Main  Street\r\n\r\n健康中心\r\nCommunity\r\n12",
    }
    found = send(organizer, "check", **chosen)
    assert not found.select("#check .notice.warn")
    assert "Main Street" in text(found.select_one("#check"))
    post(organizer, NEW, {**BASIC, **chosen, "do": "create", "people-site-main-street": "60"})
    sites = ["Main Street", "健康中心", "Community", "12"]
    assert asked_sites(engine)[:4] == sites
    assert len(asked_sites(engine)) == 6
    wave = find_wave(engine, "fall")
    assert wave is not None
    groups = wave.definition.breakdown("site").groups
    assert [g.label["ru"] for g in groups][:4] == sites
    assert groups[-1].options == ("community", "several")
    assert wave.headcounts.groups == {"site": {"main-street": 60}}
    warned = send(organizer, "check", **{**chosen, "slug": "w", "worksites": "East clinic\nMain"})
    assert "made up: East clinic." in text(warned)


@pytest.mark.parametrize(
    ("name", "plain"), [("Río Verde", "rio-verde"), ("12", "12"), ("ST. MARY'S", "st-mary-s")]
)
def test_a_worksite_has_an_id_that_can_be_read(name: str, plain: str) -> None:
    assert site_id(name) == plain


def test_other_worksites_have_an_id_of_their_own() -> None:
    long = "The clinic at the corner of Main Street and River Road"
    names = ("健康", "健康中心", "Community", "Several", "Elsewhere", "!", f"{long} A", f"{long} B")
    ids = {site_id(name) for name in names}
    assert len(ids) == len(names)
    assert all(i.startswith("site-") and len(i) == 13 for i in ids)


def test_worksites_go_along_into_the_text(organizer: FlaskClient, engine: Engine) -> None:
    chosen = {"worksites": "Main Street\nRiver House"}
    before = LIBRARY["pulse"].read_text()
    for found in (send(organizer, "edit", **chosen), send(organizer, "merge", **SMALL, **chosen)):
        assert value(found, "#worksites").strip() == ""
        made = value(found, "#text")
        assert "River House" in made
        assert "North clinic" not in made
    copied = value(send(organizer, "edit", **chosen), "#text").split("sections:")
    assert copied[1].split("- id: caseload", 1)[1].strip() in before  # all else as it was


@pytest.mark.parametrize(
    ("typed", "more", "sentence"),
    [
        ("Main Street\nmain street ", {}, "Write each one once"),
        ("x" * 2000, {}, "Shorten it"),
        ("\n".join(f"Site {n}" for n in range(120)), {}, "100"),
        ("Main Street", {"questionnaire": "own", "text": EXAMPLE}, "Empty this"),
    ],
)
def test_worksites_that_cannot_be(
    organizer: FlaskClient, engine: Engine, typed: str, more: dict[str, str], sentence: str
) -> None:
    for do in ("create", "edit") if not more else ("create",):
        found = send(organizer, do, worksites=typed, **more)
        assert sentence in value(found, "#worksites-error")
        assert found.select_one('.error-summary a[href="#worksites"]')
        assert value(found, "#worksites").strip() == typed.strip()
    assert list_waves(engine) == ()
