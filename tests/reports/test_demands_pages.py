"""The pages on demands, as organizers, readers and strangers meet them."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

import pytest
from browsing import check_page, heading, page, post, text
from publishing import publish_release
from release_factory import sample_release
from sqlalchemy import select

from reports.bargaining.demands import BODY_LENGTH, list_demands
from reports.bargaining.typed import read_number
from reports.findings import findings
from survey.store.tables import activity

RELEASE = sample_release()
PAY = next(
    f
    for f in findings(RELEASE, "en")
    if f.question == "pay" and f.answer == "p50" and f.group is None
)
BASE = f"/desk/results/{RELEASE.wave}/demands"
DRAFT = f"{BASE}/draft?finding={PAY.id}"
WORDS = {"title": "Raise every wage by 6 percent", "body": "We cannot live on this.\n\nNobody can."}
COST = {
    "people_low": "100",
    "people_high": "121",
    "hours": "2,080",
    "kind": "hour",
    "amount": "$2",
    "payroll_share": "",
}


@pytest.fixture
def wave(engine):
    """A published wave."""
    return publish_release(engine, RELEASE)


@pytest.fixture
def drafted(organizer, wave):
    """The address of a demand that an organizer drafted."""
    return post(organizer, DRAFT, WORDS).location


def test_an_organizer_drafts_a_demand_from_a_finding(organizer, wave):
    assert "No demands yet" in text(page(organizer, BASE))
    pick = page(organizer, f"{BASE}/new")
    link = pick.find("a", string=PAY.statement)
    draft = page(organizer, link["href"])
    assert PAY.statement in text(draft)
    made = post(organizer, link["href"], WORDS).location
    soup = page(organizer, made)
    assert heading(soup) == WORDS["title"]
    assert [p.get_text() for p in soup.select(".where ~ p")][:2] == WORDS["body"].split("\n\n")
    for said in (PAY.statement, f"n = {PAY.n}", RELEASE.fingerprint, "Made-up data"):
        assert said in text(soup)
    assert WORDS["title"] in text(page(organizer, BASE))


def test_a_demand_is_costed_with_every_line_to_read(organizer, drafted):
    form = page(organizer, f"{drafted}/cost")
    assert form.select_one("#people_low")["value"] == str(RELEASE.headcount)
    median = RELEASE.question("pay").table().quantile("p50")
    assert form.select_one("#p50")["value"] == f"{median:.2f}"
    post(organizer, f"{drafted}/cost", COST)
    said = text(page(organizer, drafted))
    # 100 x 2,080 x 2 = 416,000 and 121 x 2,080 x 2 = 503,360
    assert "$416,000 to $503,360" in said
    assert "121 people × 2,080 hours × $2 an hour" in said
    again = page(organizer, f"{drafted}/cost")
    assert again.select_one("#people_high")["value"] == "121"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "hour"}, "Middle of the range: $459,680."),
        ({"p25": "20", "p75": "24"}, "At the middle of current pay: $96,349."),
        ({"p25": "", "p75": ""}, "Middle of the range"),
        ({"people_high": "100"}, "This is the cost at the middle of current pay."),
    ],
)
def test_the_middle_is_called_what_it_is(organizer, drafted, change, said):
    # 110.5 people x 2,080 hours = 229,840; x $2 = 459,680; x 2% of 20.96 = 96,348.93
    typed = {"kind": "percent", "p25": "", "p50": "20.96", "p75": "24"}
    post(organizer, f"{drafted}/cost", COST | typed | change)
    assert said in text(page(organizer, drafted).select_one("#cost"))


def test_a_headcount_that_is_too_low_is_not_put_into_the_form(organizer, engine):
    low = replace(RELEASE, wave="low", headcount=RELEASE.responses - 1)
    slug = publish_release(engine, low)
    draft = f"/desk/results/{slug}/demands/draft?finding={PAY.id}"
    form = page(organizer, f"{post(organizer, draft, WORDS).location}/cost")
    for field in ("people_low", "people_high"):
        assert not form.select_one(f"#{field}").get("value")
    assert form.select_one("#p50")["value"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"people_low": "many"}, "people_low"),
        ({"people_low": "1.5"}, "people_low"),
        ({"people_low": "200"}, "people_high"),
        ({"people_high": "1,21"}, "people_high"),
        ({"hours": "2 08"}, "hours"),
        ({"hours": "9e9"}, "hours"),
        ({"hours": " "}, "hours"),
        ({"amount": "$"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"kind": "percent", "p50": ""}, "p50"),
        ({"kind": "yearly"}, "kind"),
        ({"payroll_share": "7.65", "payroll_source": ""}, "payroll_source"),
    ],
)
def test_a_wrong_input_is_named_at_its_field_and_nothing_typed_is_lost(
    organizer, drafted, engine, change, field
):
    response = post(organizer, f"{drafted}/cost", COST | change, 200)
    soup = check_page(response)
    links = [a["href"] for a in soup.select(".error-summary a")]
    assert links == [f"#{field}"]
    assert soup.select_one("#hours")["value"] == (COST | change)["hours"]
    assert list_demands(engine, RELEASE.wave)[0].costing is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1,50", "1.5"),
        ("1.50", "1.5"),
        ("$1.50", "1.5"),
        ("4,5 %", "4.5"),
        ("0,500", "0.5"),
        ("2080", "2080"),
        ("2,080", "2080"),
        ("52\u00a0000", "52000"),
        ("1,234.50", "1234.5"),
        ("1.234,50", "1234.5"),
        ("1,234,567", "1234567"),
        ("２．５", "2.5"),
    ],
)
def test_a_number_is_read_whichever_sign_marks_its_decimals(typed, meant):
    assert read_number(typed) == Decimal(meant)


def test_a_raise_with_a_decimal_comma_is_not_taken_a_hundredfold(organizer, drafted):
    post(organizer, f"{drafted}/cost", COST | {"amount": "1,50"})
    # 100 x 2,080 x 1.50 = 312,000 and 121 x 2,080 x 1.50 = 377,520
    assert "$312,000 to $377,520" in text(page(organizer, drafted))


@pytest.mark.parametrize("typed", ["1e300000000", "9" * 200_000, "1" + ",000" * 50_000])
def test_a_number_that_nobody_means_takes_no_time(typed):
    with pytest.raises(InvalidOperation):
        read_number(typed)


def test_the_hours_of_a_week_are_not_taken_for_those_of_a_year(organizer, drafted):
    soup = check_page(post(organizer, f"{drafted}/cost", COST | {"hours": "40"}, 200))
    assert "Hours a year, not a week" in text(soup)


def test_what_can_be_read_in_two_ways_is_asked_again(organizer, drafted, engine):
    soup = check_page(post(organizer, f"{drafted}/cost", COST | {"hours": "2.080"}, 200))
    assert [a["href"] for a in soup.select(".error-summary a")] == ["#hours"]
    assert "can be read as two numbers" in text(soup)
    assert list_demands(engine, RELEASE.wave)[0].costing is None


def test_words_change_and_evidence_does_not(organizer, drafted, engine):
    before = list_demands(engine, RELEASE.wave)[0].evidence
    post(organizer, f"{drafted}/edit", {"title": "Raise by 8 percent", "body": ""})
    (after,) = list_demands(engine, RELEASE.wave)
    assert (after.words.title, after.words.body) == ("Raise by 8 percent", "")
    assert after.evidence == before


@pytest.mark.parametrize(
    "words",
    [
        {"title": "  "},
        {"title": "x" * 121},
        {"title": "x", "body": "y" * (BODY_LENGTH + 1)},
    ],
)
def test_words_that_are_missing_or_too_long_are_refused_at_their_field(
    organizer, wave, engine, words
):
    soup = check_page(post(organizer, DRAFT, words, 200))
    assert len(soup.select(".error-summary a")) == 1
    assert list_demands(engine, RELEASE.wave) == ()


def test_a_demand_is_deleted_after_one_more_question(organizer, drafted, engine):
    assert heading(page(organizer, f"{drafted}/delete")) == "Delete this demand?"
    assert len(list_demands(engine, RELEASE.wave)) == 1
    post(organizer, f"{drafted}/delete")
    assert list_demands(engine, RELEASE.wave) == ()
    page(organizer, drafted, 404)


def test_a_reader_sees_demands_and_changes_nothing(reader, organizer, drafted, engine):
    soup = page(reader, drafted)
    assert heading(soup) == WORDS["title"]
    assert not soup.select(f"main a[href^='{drafted}/']")
    for path in (f"{BASE}/new", DRAFT, *(f"{drafted}/{do}" for do in ("edit", "cost", "delete"))):
        assert reader.get(path).status_code == 403
        post(reader, path, WORDS, 403)
    assert len(list_demands(engine, RELEASE.wave)) == 1


def test_a_stranger_is_sent_to_the_sign_in(client, drafted):
    for path in (BASE, drafted, f"{drafted}/cost", DRAFT):
        assert "/desk/sign-in" in client.get(path).location


def test_a_post_without_a_token_changes_nothing(organizer, drafted, engine):
    for do in ("edit", "delete", "cost"):
        assert organizer.post(f"{drafted}/{do}", data=WORDS | COST).status_code == 400
    (demand,) = list_demands(engine, RELEASE.wave)
    assert demand.words.title == WORDS["title"]
    assert demand.costing is None


def test_what_is_not_there_is_not_found(organizer, drafted, engine):
    other = publish_release(engine, replace(RELEASE, wave="other"))
    number = drafted.rsplit("/", 1)[1]
    for path in (
        "/desk/results/nowhere/demands",
        f"/desk/results/{other}/demands/{number}",
        f"{BASE}/draft?finding=nothing",
        f"{BASE}/draft",
        f"{BASE}/999",
        f"{BASE}/{10**30}",
    ):
        page(organizer, path, 404)


def test_markup_in_a_demand_stays_text(organizer, wave):
    hostile = "<script>alert(1)</script> {{ 7*7 }}"
    made = post(organizer, DRAFT, {"title": hostile, "body": hostile}).location
    response = organizer.get(made)
    assert "<script>alert" not in response.text
    assert heading(check_page(response)) == hostile


def test_every_change_is_in_the_activity_log(organizer, drafted, engine):
    post(organizer, f"{drafted}/edit", WORDS)
    post(organizer, f"{drafted}/cost", COST)
    post(organizer, f"{drafted}/delete")
    with engine.connect() as db:
        actions = db.scalars(select(activity.c.action).where(activity.c.wave == RELEASE.wave))
        assert [action.split()[0] for action in actions] == [
            "drafted",
            "changed",
            "costed",
            "deleted",
        ]
