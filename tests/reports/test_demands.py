"""A demand keeps what it was built on, word for word."""

import hashlib
import json
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import pytest
from release_factory import sample_release
from sqlalchemy import Engine, insert, select

from reports.bargaining.costing import CostInput, Raise, cost
from reports.bargaining.demands import (
    BODY_LENGTH,
    DemandError,
    Words,
    add_demand,
    costing_of,
    delete_demand,
    edit_demand,
    find_demand,
    list_demands,
    price_demand,
)
from reports.bargaining.evidence import EvidenceError, evidence_json, freeze, read_evidence
from reports.findings import findings
from survey.release.serialize import to_json
from survey.store.tables import campaign, demand, wave

RELEASE = sample_release()
FOUND = findings(RELEASE, "en")
PAY = next(f for f in FOUND if f.question == "pay" and f.answer == "p50" and not f.breakdown)
GROUP = next(f for f in FOUND if f.breakdown == "role" and f.share and f.comparator)
WORDS = Words("Raise every wage by $2 an hour", "We cannot live on this.")


@pytest.fixture
def waves(engine: Engine) -> Engine:
    """A database with the waves `first` and `second`."""
    with engine.begin() as db:
        db.execute(insert(campaign).values(id=1, slug="c", name="C"))
        for number, slug in enumerate(("first", "second"), 1):
            row = {"id": number, "campaign_id": 1, "slug": slug, "state": "published"}
            rest = {"definition": "", "fingerprint": "", "access": "codes", "origin": "survey"}
            more = {"custody": "key-file", "public_key": b"", "headcounts": "{}", "shared": False}
            db.execute(insert(wave).values(row | rest | more))
    return engine


def test_the_evidence_is_the_finding_as_it_was_shown():
    evidence = freeze(RELEASE, PAY, "en")
    table = RELEASE.question("pay").table()
    assert evidence.statement == PAY.statement
    assert evidence.question_text == "What about pay?"
    assert (evidence.n, evidence.figure) == (table.n, table.quantile("p50"))
    assert (evidence.low, evidence.high) == (PAY.interval.low, PAY.interval.high)
    assert [int(row[1]) for row in evidence.rows] == [count for _, _, count in table.bins]
    assert evidence.fingerprint == RELEASE.fingerprint
    assert evidence.digest == hashlib.sha256(to_json(RELEASE)).hexdigest()
    assert evidence.origin_label == "Made-up data"


def test_a_group_stands_beside_everyone_where_the_rows_are_the_same():
    evidence = freeze(RELEASE, GROUP, "en")
    whole = RELEASE.question(GROUP.question).table()
    assert evidence.columns[0] == "Answer"
    assert evidence.columns[3] == f"Everyone who answered (n = {whole.n})"
    assert all(len(row) == 5 for row in evidence.rows)
    by_role = next(f for f in FOUND if f.question == "pay" and f.breakdown == "role")
    bins = RELEASE.question("pay").table("role", by_role.group).bins
    same = bool([b[:2] for b in bins] == [b[:2] for b in RELEASE.question("pay").table().bins])
    assert len(freeze(RELEASE, by_role, "en").columns) == (5 if same else 3)


def test_every_finding_survives_being_stored():
    for finding in FOUND:
        evidence = freeze(RELEASE, finding, "en")
        assert read_evidence(evidence_json(evidence)) == evidence


def test_a_finding_of_a_table_that_is_not_shown_is_no_evidence():
    with pytest.raises(KeyError):
        freeze(RELEASE, replace(PAY, breakdown="role", group="nobody"), "en")


def test_evidence_cannot_be_changed_in_memory():
    with pytest.raises(FrozenInstanceError):
        freeze(RELEASE, PAY, "en").n = 500


def test_stored_evidence_is_read_without_looking_at_findings_again(waves, monkeypatch):
    made = add_demand(waves, "first", WORDS, freeze(RELEASE, PAY, "en"))
    with waves.connect() as db:
        before = db.scalar(select(demand.c.evidence))
    for name in ("value_text", "interval_sentence", "group_name", "percent", "between", "tr"):
        monkeypatch.setattr(f"reports.bargaining.evidence.{name}", None)
    edit_demand(waves, "first", made, Words("Another title", "Other words"))
    price_demand(waves, "first", made, costing_of(cost(_RAISE), {}))
    kept = find_demand(waves, "first", made)
    assert kept.words == Words("Another title", "Other words")
    assert kept.evidence == freeze_again(before)
    with waves.connect() as db:
        assert db.scalar(select(demand.c.evidence)) == before


def freeze_again(stored: str):
    """Evidence read field by field from its JSON, not by the code under test."""
    fields = json.loads(stored)
    assert fields.pop("format") == "demand-evidence/1"
    rows = tuple(tuple(row) for row in fields.pop("rows"))
    return read_evidence(stored).__class__(
        **{**fields, "columns": tuple(fields["columns"]), "rows": rows}
    )


@pytest.mark.parametrize("stored", ["", "{}", "[]", '{"format": "demand-evidence/2"}', "null"])
def test_damaged_evidence_is_one_sentence(stored: str):
    with pytest.raises(EvidenceError):
        read_evidence(stored)


_RAISE = CostInput(100, 121, Decimal(2080), Raise("hour", Decimal("2")))


def test_a_cost_is_kept_as_it_came_out(waves):
    made = add_demand(waves, "first", WORDS, freeze(RELEASE, PAY, "en"))
    assert find_demand(waves, "first", made).costing is None
    result = cost(_RAISE)
    price_demand(waves, "first", made, costing_of(result, {"hours": "2080"}))
    kept = find_demand(waves, "first", made).costing
    # 100 x 2,080 x 2 = 416,000 and 121 x 2,080 x 2 = 503,360
    assert kept.range == "$416,000 to $503,360"
    assert kept.steps == result.steps
    assert kept.typed == {"hours": "2080"}


def test_a_wave_has_its_own_demands_only(waves):
    mine = add_demand(waves, "first", WORDS, freeze(RELEASE, PAY, "en"))
    assert [d.id for d in list_demands(waves, "first")] == [mine]
    assert list_demands(waves, "second") == ()
    assert find_demand(waves, "second", mine) is None
    delete_demand(waves, "second", mine)
    with pytest.raises(DemandError, match="gone"):
        edit_demand(waves, "second", mine, WORDS)
    assert find_demand(waves, "first", mine).words == WORDS
    delete_demand(waves, "first", mine)
    assert list_demands(waves, "first") == ()


def test_a_demand_of_no_wave_is_refused(waves):
    with pytest.raises(DemandError, match="no wave named 'third'"):
        add_demand(waves, "third", WORDS, freeze(RELEASE, PAY, "en"))


@pytest.mark.parametrize(
    ("title", "body"), [("", ""), (" \n ", ""), ("x" * 121, ""), ("a\nb", ""), ("x", "y" * 5001)]
)
def test_words_have_limits(title: str, body: str):
    with pytest.raises(DemandError):
        Words(title, body)
    assert len(Words("x" * 120, "y" * BODY_LENGTH).title) == 120


def test_line_ends_of_a_browser_become_one_newline(waves):
    made = add_demand(waves, "first", Words(" T ", " a\r\nb \r\n"), freeze(RELEASE, PAY, "en"))
    assert find_demand(waves, "first", made).words == Words("T", "a\nb")
