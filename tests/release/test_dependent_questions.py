"""Questions that hang together are gated together: families, filters, sources, open links."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_brute import smallest_support_of_bins
from release_factory import (
    ask,
    broken,
    release_of,
    sample_definition,
    sample_release,
    simulated,
)

from survey.instrument.model import Answers, Definition, Question, Section, ShowIf
from survey.release.model import OTHERS, Hidden, Release, ReleaseError, Table

ROLES = ("nurse", "aide", "cook", "clerk")
ROLE = broken("role", "role", **{r: (r,) for r in ROLES})


def define(*questions: Question, k: int = 5, breakdowns: tuple = (ROLE,)) -> Definition:  # type: ignore[type-arg]
    asked = (ask("role", "choice", *ROLES), *questions)
    section = Section("s", {"en": "S"}, asked)
    return Definition("d", {"en": "D"}, ("en", "es"), k, breakdowns, (section,))


def staff(**counts: int) -> list[dict[str, str]]:
    return [{"role": role} for role, count in counts.items() for _ in range(count)]


def groups(release: Release, qid: str) -> list[str | None]:
    question = release.question(qid)
    assert question is not None
    return [t.group for t in question.tables]


def family(**more: object) -> Definition:
    two = [ask(q, "choice", "yes", "no", by=("role",), family="f", **more) for q in ("one", "two")]
    return define(*two)


def test_a_group_hidden_for_one_of_a_family_is_hidden_for_all() -> None:
    """The aides are of one mind on the second question only."""
    definition = family(sensitive=True)
    answers: list[Answers] = [
        {
            **person,
            "one": "yes" if i % 2 else "no",
            "two": "no" if person["role"] == "aide" or i % 2 else "yes",
        }
        for i, person in enumerate(staff(nurse=30, aide=14, cook=20, clerk=20))
    ]
    release = release_of(definition, answers)
    assert groups(release, "one") == groups(release, "two")
    assert "aide" not in groups(release, "one")


def test_a_family_counts_only_those_who_answered_all_of_it() -> None:
    answers: list[Answers] = [{**p, "one": "yes", "two": "no"} for p in staff(nurse=12, aide=12)]
    answers += [{**p, "one": "yes"} for p in staff(cook=9)]
    release = release_of(family(), answers)
    assert [q.tables[0].n for q in release.questions[1:]] == [24, 24]
    assert "cook" not in groups(release, "one")


def test_a_family_without_a_common_base_is_refused() -> None:
    odd = define(
        ask("one", "choice", "yes", by=("role",), family="f"),
        ask("two", "choice", "yes", family="f"),
    )
    with pytest.raises(ReleaseError, match="family f do not share breakdowns, base"):
        release_of(odd, [])


def numbers(*families: str | None) -> Definition:
    """As many questions of a number, by role."""
    edges = (10.0, 20.0, 30.0)
    return define(
        *(
            ask(f"n{i}", "number", edges=edges, by=("role",), family=family)
            for i, family in enumerate(families)
        )
    )


def bins(release: Release, qid: str, group: str | None) -> tuple[tuple[float | None, int], ...]:
    """Of a table where its bins begin, and their people."""
    question = release.question(qid)
    assert question is not None
    return tuple((b[0], b[2]) for t in question.tables if t.group == group for b in t.bins)


def near_duplicates() -> list[Answers]:
    """Nurses and aides answer two questions alike, but for one aide; one nurse is at 20 to 30."""
    counts = {"nurse": (3, 5, 1, 8), "aide": (5, 1, 4, 10)}
    given = [
        {"role": role, "n0": 5.0 + 10 * at, "n1": 5.0 + 10 * at}
        for role, row in counts.items()
        for at, people in enumerate(row)
        for _ in range(people)
    ]
    aide = next(answers for answers in given if answers["role"] == "aide")
    return [{**aide, "n1": 15.0}, *(answers for answers in given if answers is not aide)]


def test_near_duplicate_numbers_are_cut_alike() -> None:
    """Apart they are cut at different edges, and whoever answered both alike is in between."""
    apart = release_of(numbers(None, None), near_duplicates())
    starts = [{low for low, _ in bins(apart, q, "nurse")} for q in ("n0", "n1")]
    below = {low: n for q in ("n0", "n1") for low, n in _below(bins(apart, q, "nurse")).items()}
    assert starts[0] != starts[1]
    assert below[30.0] - below[20.0] == 1
    together = release_of(numbers("f", "f"), near_duplicates())
    for group in (None, "nurse", "aide", OTHERS):
        first, second = ([low for low, _ in bins(together, q, group)] for q in ("n0", "n1"))
        assert first == second


@pytest.mark.parametrize("few", [0, 1])
def test_a_cut_stays_only_where_it_stands_for_every_number_of_a_family(few: int) -> None:
    """One question parts the nurses in halves, of the other three of them are above."""
    answers = [
        {"role": role, f"n{few}": 5.0 + 10 * (i < 3), f"n{1 - few}": 5.0 + 10 * (i % 2)}
        for role in ("nurse", "aide")
        for i in range(20)
    ]
    apart = release_of(numbers(None, None), answers)
    together = release_of(numbers("f", "f"), answers)
    assert len(bins(apart, f"n{1 - few}", "nurse")) == 2
    assert {len(bins(together, q, "nurse")) for q in ("n0", "n1")} == {1}
    assert {len(bins(together, q, None)) for q in ("n0", "n1")} == {2}  # six are above in all


def _below(found: tuple[tuple[float | None, int], ...]) -> dict[float | None, int]:
    return {low: sum(n for _, n in found[:i]) for i, (low, _) in enumerate(found)}


def test_a_family_of_numbers_with_other_edges_is_refused() -> None:
    made = numbers("f", "f")
    questions = made.sections[0].questions
    odd = (*questions[:-1], replace(questions[-1], edges=(10.0, 25.0)))
    made = replace(made, sections=(replace(made.sections[0], questions=odd),))
    with pytest.raises(ReleaseError, match="family f do not share breakdowns, base, kind and"):
        release_of(made, [])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), *[st.integers(0, 3)] * 2), max_size=25), st.booleans())
def test_what_near_duplicates_say_together_is_about_k(
    people: list[tuple[int, int, int]], alike: bool
) -> None:
    """Each by itself, and both taken for one by whoever answered alike: their cuts are the same."""
    answers = [
        {"role": ROLES[g], "n0": 5.0 + 10 * x, "n1": 5.0 + 10 * (x if alike else y)}
        for g, x, y in people
    ]
    release = release_of(numbers("f", "f"), answers)
    tables = [q.tables for q in release.questions[1:]]
    cuts = [{t.group: [b[0] for b in t.bins] for t in own} for own in tables]
    assert cuts[0] == cuts[1]
    for q, own in enumerate(tables):
        shown = [t.group for t in own if t.group is not None]
        if not shown:
            continue
        crowd = [
            [[p[0] for p in people if p[1 + (q and not alike)] == at].count(g) for at in range(4)]
            for g in range(2)
        ]
        rest = [row for row, role in zip(crowd, ROLES, strict=False) if role not in shown]
        rows = [crowd[ROLES.index(g)] if g != OTHERS else np.sum(rest, axis=0) for g in shown]
        unit, *groups = (frozenset(int(low // 10) - 1 for low in at[1:]) for at in cuts[q].values())
        assert smallest_support_of_bins(rows, unit, groups) >= 5


def filtered(**more: object) -> Definition:
    return define(
        ask("leave", "scale", "no", "maybe", "yes", by=("role",), sensitive=True),
        ask(
            "why",
            "choice",
            *("pay", "load"),
            by=("role",),
            sensitive=True,
            show_if=ShowIf("leave", ("maybe", "yes")),
            **more,
        ),
    )


def leaving(person: Answers, i: int) -> Answers:
    return {**person, "leave": ("yes", "maybe", "no")[i % 3], "why": ("pay", "load")[i % 2]}


def test_answers_of_those_who_were_not_asked_do_not_count() -> None:
    answers = [leaving(p, i) for i, p in enumerate(staff(nurse=30, aide=30))]
    why = release_of(filtered(), answers).question("why")
    assert why is not None
    assert why.tables[0].n == 40
    assert why.show_if == ("leave", ("maybe", "yes"))


def test_a_filtered_question_shows_a_group_only_where_its_filter_does() -> None:
    """All aides say yes: hidden in the filter, although they differ on why."""
    answers = [leaving(p, i) for i, p in enumerate(staff(nurse=60, cook=60, clerk=60))]
    aides = [{"role": "aide", "leave": "yes", "why": ("pay", "load")[i % 2]} for i in range(30)]
    release = release_of(filtered(), [*answers, *aides])
    assert "aide" not in groups(release, "leave")
    assert "aide" not in groups(release, "why")
    assert Hidden("why", "role", "aide") in release.hidden


def test_answers_that_lead_on_count_as_one() -> None:
    """All aides are asked why: some said maybe and some yes, which is to say the same."""
    answers = [leaving(p, i) for i, p in enumerate(staff(nurse=60, cook=60))]
    answers += [{"role": "aide", "leave": ("yes", "maybe")[i % 2], "why": "pay"} for i in range(30)]
    release = release_of(filtered(), answers)
    assert "aide" not in groups(release, "leave")
    asked = define(*(replace(q, show_if=None) for q in filtered().questions[1:]))
    assert "aide" in groups(release_of(asked, answers), "leave")


@pytest.mark.parametrize(("no", "shown"), [(1, False), (2, True)])
def test_two_people_at_least_were_not_asked_on(no: int, shown: bool) -> None:
    answers = [leaving(p, i) for i, p in enumerate(staff(nurse=60, cook=60))]
    said = ["no"] * no + ["yes", "maybe"] * 8
    answers += [
        {"role": "aide", "leave": a, "why": ("pay", "load")[i % 2]} for i, a in enumerate(said)
    ]
    assert ("aide" in groups(release_of(filtered(), answers), "leave")) == shown


def test_a_unit_that_was_asked_on_as_a_whole_is_hidden() -> None:
    answers = [
        {**p, "leave": ("yes", "maybe")[i % 2], "why": ("pay", "load")[i % 2]}
        for i, p in enumerate(staff(nurse=60))
    ]
    assert Hidden("leave", None, None) in release_of(filtered(), answers).hidden


def test_of_check_alls_it_counts_who_was_asked_on() -> None:
    """Each answer is ticked by some, but all aides ticked one of those that lead on."""
    made = define(
        ask("seen", "choices", "fall", "fire", "none", by=("role",), sensitive=True),
        ask(
            "told",
            "choice",
            *("yes", "no"),
            by=("role",),
            sensitive=True,
            show_if=ShowIf("seen", ("fall", "fire")),
        ),
    )

    def person(role: str, i: int, *ticks: str) -> Answers:
        return {"role": role, "seen": frozenset(ticks), "told": ("yes", "no")[i % 2]}

    others = [person(r, i, ("fall", "fire", "none")[i % 3]) for r in ROLES[::2] for i in range(60)]
    aides = [person("aide", i, ("fall", "fire")[i % 2], *["none"] * (i < 4)) for i in range(30)]
    assert "aide" not in groups(release_of(made, [*others, *aides]), "seen")
    aides[:2] = [person("aide", i, "none") for i in range(2)]
    assert "aide" in groups(release_of(made, [*others, *aides]), "seen")


def test_a_filtered_question_is_hidden_with_its_filter() -> None:
    answers = [
        {**p, "leave": "yes", "why": ("pay", "load")[i % 2]} for i, p in enumerate(staff(nurse=60))
    ]
    release = release_of(filtered(), answers)
    assert Hidden("leave", None, None) in release.hidden
    assert Hidden("why", None, None) in release.hidden
    assert groups(release, "why") == []


def test_filters_of_filters_narrow_until_nothing_changes() -> None:
    chain = define(
        ask("one", "choice", "yes", "no", by=("role",), sensitive=True),
        ask("two", "choice", "yes", "no", by=("role",), show_if=ShowIf("one", ("yes",))),
        ask("three", "choice", "yes", "no", by=("role",), show_if=ShowIf("two", ("yes",))),
    )
    people = staff(nurse=60, aide=60, cook=60)
    answers: list[Answers] = [
        {**p, "one": "yes" if p["role"] == "aide" or i % 2 else "no", "two": "yes", "three": "no"}
        for i, p in enumerate(people)
    ]
    release = release_of(chain, answers)
    assert [("aide" in groups(release, q)) for q in ("one", "two", "three")] == [False] * 3
    assert "nurse" in groups(release, "three")


# Sources of breakdowns


def roles(release: Release) -> dict[str, int]:
    question = release.question("role")
    assert question is not None
    return dict(question.tables[0].counts)


def test_small_answers_of_a_source_become_one_and_take_the_next_smallest_in() -> None:
    release = release_of(define(), staff(nurse=40, aide=9, cook=3, clerk=20))
    assert roles(release) == {"nurse": 40, "clerk": 20, OTHERS: 12}
    role = release.question("role")
    assert role is not None
    assert [o.id for o in role.options] == ["nurse", "clerk", OTHERS]
    assert role.options[-1].label == {"en": "All others", "es": "Todos los demás"}


def test_small_answers_that_are_enough_together_stay_among_themselves() -> None:
    assert roles(release_of(define(), staff(nurse=40, aide=9, cook=3, clerk=4))) == {
        "nurse": 40,
        "aide": 9,
        OTHERS: 7,
    }


def test_a_source_without_small_answers_is_left_alone() -> None:
    counts = {"nurse": 40, "aide": 9, "cook": 0, "clerk": 20}
    assert roles(release_of(define(), staff(**counts))) == counts


def test_a_small_answer_within_a_shown_group_does_not_stand_out() -> None:
    """The group's n is published elsewhere: less the nurses it would name three aides."""
    care = broken("role", "role", care=("nurse", "aide"), house=("cook", "clerk"))
    counts = staff(nurse=40, aide=3, cook=3, clerk=20)
    assert roles(release_of(define(breakdowns=(care,)), counts)) == {OTHERS: 66}
    counts = staff(nurse=40, aide=3, cook=6, clerk=20)
    assert roles(release_of(define(breakdowns=(care,)), counts)) == {
        "cook": 6,
        "clerk": 20,
        OTHERS: 43,
    }


def test_a_filter_on_some_of_the_merged_answers_hides_the_question() -> None:
    definition = define(
        ask("aides", "choice", "yes", "no", show_if=ShowIf("role", ("aide",))),
        ask("both", "choice", "yes", "no", show_if=ShowIf("role", ("aide", "cook"))),
        ask("nurses", "choice", "yes", "no", show_if=ShowIf("role", ("nurse",))),
    )
    people = staff(nurse=40, aide=9, cook=3, clerk=20)
    release = release_of(
        definition, [{**p, "aides": "yes", "both": "no", "nurses": "no"} for p in people]
    )
    assert [h.question for h in release.hidden] == ["aides"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=4, max_size=4), st.sampled_from([(0, 1), (0, 2)]))
def test_a_source_names_no_group_of_fewer_than_k(
    counts: list[int], together: tuple[int, int]
) -> None:
    inside = tuple(ROLES[i] for i in together)
    pair = broken("role", "role", pair=inside, rest=tuple(r for r in ROLES if r not in inside))
    given_counts = dict(zip(ROLES, counts, strict=True))
    release = release_of(define(breakdowns=(pair,)), staff(**given_counts))
    if sum(counts) < 5:
        assert release.hidden == (Hidden("role", None, None),)
        return
    shown = roles(release)
    assert sum(shown.values()) == sum(counts)
    if OTHERS in shown:
        assert min(shown.values()) >= 5
        for group in pair.groups:
            size = sum(given_counts[o] for o in group.options)
            rest = size - sum(shown.get(o, 0) for o in group.options)
            assert size < 5 or rest == 0 or rest >= 5
    else:
        assert not set(range(1, 5)) & set(counts)


def test_a_sensitive_source_is_hidden_where_merging_leaves_one_answer() -> None:
    section = Section("s", {"en": "S"}, (ask("role", "choice", *ROLES, sensitive=True),))
    definition = replace(define(), sections=(section,))
    assert roles(release_of(definition, staff(nurse=12, aide=11))) == {
        "nurse": 12,
        "aide": 11,
        "cook": 0,
        "clerk": 0,
    }
    release = release_of(definition, staff(nurse=12, aide=3, cook=3))
    assert release.hidden == (Hidden("role", None, None),)


def test_a_sensitive_source_whose_answers_all_lead_on_is_hidden() -> None:
    source = ask("role", "choice", *ROLES, sensitive=True)
    child = ask("why", "choice", "a", "b", sensitive=True, show_if=ShowIf("role", ROLES[:3]))
    made = replace(define(), sections=(Section("s", {"en": "S"}, (source, child)),))
    answers = [{**p, "why": "ab"[i % 2]} for i, p in enumerate(staff(nurse=12, aide=11, cook=14))]
    assert Hidden("role", None, None) in release_of(made, answers).hidden
    answers += staff(clerk=10)
    assert Hidden("role", None, None) not in release_of(made, answers).hidden


def test_a_source_and_what_hangs_on_it_show_the_whole_unit_whatever_the_definition_says() -> None:
    """The checker refuses such a definition; the gate does not count on that."""
    source = ask("role", "choice", *ROLES, by=("role",))
    child = ask("why", "choice", "a", "b", by=("role",), show_if=ShowIf("role", ROLES))
    definition = replace(define(), sections=(Section("s", {"en": "S"}, (source, child)),))
    release = release_of(definition, [{**p, "why": "a"} for p in staff(nurse=12, aide=11)])
    assert groups(release, "role") == groups(release, "why") == [None]
    assert release.questions[0].by == ()


# Open links


def test_an_open_link_publishes_the_whole_unit_only() -> None:
    release = sample_release(240, access="open")
    assert release.breakdowns == ()
    assert {q.by for q in release.questions} == {()}
    assert {(t.breakdown, t.group) for q in release.questions for t in q.tables} == {(None, None)}
    assert release.hidden == ()


def test_the_unit_is_the_same_with_codes_as_with_an_open_link() -> None:
    """But for bins of numbers, of which the groups' may cost the unit some."""

    def units(access: str) -> list[Table]:
        return [q.tables[0] for q in sample_release(240, access=access).questions]

    for alone, beside in zip(units("open"), units("codes"), strict=True):
        assert (alone.n, alone.counts) == (beside.n, beside.counts)
        assert {low for low, _, _ in beside.bins} <= {low for low, _, _ in alone.bins}


def test_k_under_five_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"sets k to 4.*Set k to 5 or more"):
        release_of(define(k=4), [])


def test_totals_of_more_people_than_responses_are_refused() -> None:
    with pytest.raises(ReleaseError, match="count 9 people, but the wave has 8 responses"):
        release_of(define(), staff(nurse=9), responses=8)


def test_the_order_of_answers_changes_nothing() -> None:
    definition = sample_definition()
    answers = list(simulated(definition, 60, seed=3))
    assert release_of(definition, answers) == release_of(definition, answers[::-1])


@pytest.mark.parametrize("people", [0, 4])
def test_too_few_people_show_nothing_at_all(people: int) -> None:
    release = sample_release(people)
    assert not any(q.tables for q in release.questions)
    assert release.hidden == tuple(Hidden(q.id, None, None) for q in release.questions)


def test_tables_come_in_the_order_of_the_definition() -> None:
    question = sample_release(600).question("pay-basics")
    assert question is not None
    order = ["therapist", "manager", "others", OTHERS, "north", "south", "east", "west", OTHERS]
    assert [t.group for t in question.tables] == [None, *order]
    places = [(t.breakdown or "") for t in question.tables]
    assert len([1 for a, b in pairwise(places) if a != b]) == 2
