"""Groups too small are refused beforehand, with a merge that can be pasted as it is."""

import pytest
from factories import EXAMPLE, definition

from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition, parse_headcounts
from survey.instrument.model import Headcounts
from survey.instrument.predict import Prediction, predict

ROLES = {"therapist": 120, "manager": 12, "others": 14}


def by_group(headcounts: Headcounts, **changes: int) -> dict[tuple, Prediction]:
    made = predict(definition(**changes), headcounts)
    return {(p.breakdown, p.group): p for p in made}


def pasted(merge: str) -> str:
    """EXAMPLE with the proposed breakdown in place of its own."""
    breakdown = merge.split(":", maxsplit=1)[0].strip()
    head, rest = EXAMPLE.split("breakdowns:\n")
    own, sections = rest.split("sections:\n", 1)
    role, load = own.split("  load:")
    kept = f"  load:{load}" if breakdown == "role" else role
    return f"{head}breakdowns:\n{kept}{merge}sections:\n{sections}"


def test_without_headcounts_nothing_is_claimed_or_refused() -> None:
    for made in predict(definition(), Headcounts()):
        assert (made.expected, made.shown, made.refused, made.merge) == (None, None, None, None)


def test_the_expected_answers_decide() -> None:
    made = by_group(Headcounts(240, {"role": ROLES}))
    assert made[None, None].expected == pytest.approx(240 * 0.6 * 0.9)
    assert made["role", "therapist"].shown
    assert made["role", "therapist"].refused is None
    small = made["role", "manager"]
    assert (small.shown, small.shown_sensitive) == (True, False)
    assert "'manager' of breakdown 'role' has 12 people" in (small.refused or "")
    assert made["load", "60-up"].refused is None, "unknown headcounts refuse nothing"


def test_a_group_of_19_is_enough_and_one_of_18_is_not() -> None:
    made = by_group(Headcounts(None, {"role": {"therapist": 19, "manager": 18}}))
    assert made["role", "therapist"].refused is None
    assert made["role", "manager"].refused is not None


def test_a_larger_k_asks_for_larger_groups() -> None:
    assert (
        by_group(Headcounts(240, {"role": {"therapist": 25}}))["role", "therapist"].refused is None
    )
    assert by_group(Headcounts(240, {"role": {"therapist": 25}}), k=8)["role", "therapist"].refused


def test_a_unit_too_small_is_refused() -> None:
    assert "larger unit" in (by_group(Headcounts(18))[None, None].refused or "")


@pytest.mark.parametrize(
    ("breakdown", "people"),
    [
        ("role", ROLES),
        ("role", {"therapist": 120, "manager": 30, "others": 3}),
        ("load", {"under-30": 4, "30-59": 60, "60-up": 50}),
        ("load", {"under-30": 40, "30-59": 60, "60-up": 1}),
    ],
)
def test_a_proposed_merge_can_be_pasted_and_passes(breakdown: str, people: dict) -> None:
    made = predict(definition(), Headcounts(None, {breakdown: people}))
    (merge,) = [p.merge for p in made if p.merge]
    merged = parse_definition(pasted(merge))
    groups = merged.breakdown(breakdown).groups
    assert 2 <= len(groups) < len(people)
    old = definition().breakdown(breakdown)
    assert sorted(o for g in groups for o in g.options) == sorted(
        o for g in old.groups for o in g.options
    )
    everyone = {g.id: people.get(g.id, 19) for g in groups}
    assert not any(p.refused for p in predict(merged, Headcounts(None, {breakdown: everyone})))


def test_where_no_merge_helps_none_is_proposed() -> None:
    made = predict(
        definition(), Headcounts(None, {"role": {"therapist": 8, "manager": 5, "others": 5}})
    )
    assert [p.merge for p in made if p.merge] == []
    assert [p.group for p in made if p.refused] == ["therapist", "manager", "others"]


def test_headcounts_are_read_and_an_estimate_stays_one() -> None:
    text = "unit: 240\nrole: {therapist: 120}\nestimate: true\n"
    headcounts = parse_headcounts(text, definition())
    assert headcounts == Headcounts(240, {"role": {"therapist": 120}}, estimate=True)
    assert all(p.estimate for p in predict(definition(), headcounts))
    assert parse_headcounts("{}", definition()) == Headcounts()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("unit: many", "must be a number"),
        ("unit: 0", "from 1 to"),
        ("unit: 1.5", "whole number"),
        ("rolle: {therapist: 1}", "Write 'role' instead"),
        ("role: {therapits: 1}", "Write 'therapist' instead"),
        ("role: {therapist: -1}", "from 0 to"),
        ("role: 12", "set of keys"),
        ("unit: 20\nrole: {therapist: 12, manager: 12}", "hold 24 people, but the unit only 20"),
        ("", "empty"),
    ],
)
def test_wrong_headcounts_are_one_sentence(text: str, says: str) -> None:
    with pytest.raises(DefinitionError, match=r"^heads.yaml, line \d") as caught:
        parse_headcounts(text, definition(), "heads.yaml")
    assert says in str(caught.value)
