"""The source of a breakdown names no group of fewer than k."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from release_factory import (
    ask,
    broken,
    release_of,
)
from rolekit import ROLES, define, groups, staff

from survey.instrument.model import Section, ShowIf
from survey.release.model import OTHERS, Hidden, Release


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


@settings(max_examples=100)
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
