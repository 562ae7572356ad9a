"""Which group gives way, which comes back, and what sensitive tables must leave open."""

import pytest
from release_brute import Person, tally_of
from release_factory import ask

from survey.box.layout import Tally
from survey.release.gate import Shown, choose_groups
from survey.release.sensitive import leaves_open, others_of


def one(counts: list[int], missing: int = 0, k: int = 5) -> Shown | None:
    """The gate's word on one breakdown with that many people in each group."""
    sizes = [*counts, missing]
    people: list[Person] = [(g,) for g, count in enumerate(sizes) for _ in range(count)]
    tally = tally_of(
        ask("q", "choice", "yes", by=("a",)), people, [[0]] * len(people), [len(sizes)]
    )
    return choose_groups((tally,), k, (frozenset(range(len(counts))),))


def sensitive(tables: list[list[int]], kind: str = "choice", n: list[int] | None = None) -> Tally:
    """One sensitive question by one breakdown; the last table is of those with no group."""
    options = [str(i) for i in range(len(tables[0]))]
    unit = tuple(map(sum, zip(*tables, strict=True)))
    answered = n or [sum(t) for t in tables]
    return Tally(
        question=ask("q", kind, *options, by=("a",), sensitive=True),
        n=sum(answered),
        unit=unit,
        groups=(tuple(map(tuple, tables)),),
        answered=(tuple(answered),),
        joint=None,
    )


def shown(tally: Tally) -> Shown | None:
    return choose_groups((tally,), 5, (frozenset(range(len(tally.answered[0]) - 1)),))


def test_a_unit_of_four_shows_nothing_and_of_five_itself() -> None:
    assert one([4]) is None
    assert one([5]) == (frozenset({0}),)


def test_a_small_group_takes_the_smallest_shown_one_along() -> None:
    assert one([20, 4, 9, 7]) == (frozenset({0, 2}),)


def test_a_tie_hides_the_later_group() -> None:
    assert one([20, 4, 7, 7]) == (frozenset({0, 2}),)


def test_a_group_comes_back_where_missing_values_already_cover_the_small_one() -> None:
    assert one([20, 4, 7], missing=1) == (frozenset({0, 2}),)


def test_a_group_comes_back_once_others_are_covered_otherwise() -> None:
    """The small group takes the second along; then the unanimous third covers it as well."""
    tables = [[20, 20], [2, 2], [6, 5], [12, 0], [0, 0]]
    assert shown(sensitive(tables)) == (frozenset({0, 2}),)


def test_of_two_hidden_groups_of_which_one_can_come_back_the_larger_does() -> None:
    pairs = {(0, 1): 2, (2, 1): 1, (2, 2): 5, (3, 0): 2}
    people = [pair for pair, count in pairs.items() for _ in range(count)]
    tally = tally_of(ask("q", "choice", "yes", by=("a", "b")), people, [[0]] * 10, (4, 4))
    everything = (frozenset(range(3)), frozenset(range(3)))
    assert choose_groups((tally,), 2, everything) == (frozenset({2}), frozenset({1}))


def test_groups_that_nobody_answered_for_are_hidden_and_cost_no_other_group() -> None:
    assert one([20, 0, 7]) == (frozenset({0, 2}),)


def test_everything_in_one_group_is_shown() -> None:
    assert one([0, 12, 0]) == (frozenset({1}),)


def test_all_others_are_what_is_hidden_and_missing() -> None:
    assert others_of([(1, 2), (3, 4), (5, 6)], frozenset({1})) == (6, 8)


def test_only_allowed_groups_are_shown() -> None:
    tally = sensitive([[6, 6], [6, 6], [6, 6], [0, 0]])
    assert choose_groups((tally,), 5, (frozenset({1}),)) == (frozenset({1}),)


def test_sensitive_questions_ask_for_twice_k() -> None:
    assert shown(sensitive([[6, 6], [5, 4], [6, 6], [5, 5]])) == (frozenset({0, 2}),)
    assert shown(sensitive([[5, 4], [0, 0]])) is None


@pytest.mark.parametrize("unanimous", [[12, 0], [0, 12], [11, 1]])
def test_a_sensitive_group_of_one_mind_is_hidden(unanimous: list[int]) -> None:
    assert shown(sensitive([unanimous, [20, 20], [6, 6], [5, 5]])) == (frozenset({1, 2}),)


def test_all_others_of_one_mind_take_a_shown_group_in() -> None:
    assert shown(sensitive([[20, 20], [6, 6], [12, 0]])) == (frozenset({0}),)


def test_a_sensitive_unit_of_one_mind_is_hidden_whole() -> None:
    assert shown(sensitive([[20, 1], [20, 0], [0, 0]])) is None


def test_what_is_not_sensitive_may_be_unanimous() -> None:
    assert one([8, 8]) == (frozenset({0, 1}),)


def test_choices_of_a_sensitive_question_show_no_option_ticked_by_everyone() -> None:
    ticked_by_all = [[12, 5, 4], [20, 20, 30], [6, 6, 6], [5, 5, 5]]
    assert shown(sensitive(ticked_by_all, "choices", [12, 40, 12, 12])) == (frozenset({1, 2}),)


@pytest.mark.parametrize(
    ("kind", "counts", "n", "expected"),
    [
        ("choice", [9, 2], 11, True),
        ("choice", [10, 1], 11, False),
        ("scale", [1, 1, 9], 11, False),
        ("choices", [9, 2], 11, True),
        ("choices", [11, 11], 11, False),
        ("choices", [10, 4], 11, False),  # who did not tick it knows that all others did
        ("choices", [8, 1, 1], 11, False),
        ("number", [11], 11, True),
    ],
)
def test_two_answers_of_two_people_each(
    kind: str, counts: list[int], n: int, expected: bool
) -> None:
    assert leaves_open(kind, counts, n) is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "counts", "n", "leading", "expected"),
    [
        ("scale", [0, 0, 8, 6], 14, [{2, 3}], False),
        ("scale", [1, 0, 8, 6], 15, [{2, 3}], False),
        ("scale", [2, 0, 8, 6], 16, [{2, 3}], True),
        ("scale", [5, 5, 0, 0], 10, [{2, 3}], True),
        ("scale", [0, 6, 8, 0], 14, [{0, 1}, {1, 2}], False),
        ("choices", [9, 8, 1], 14, [{0, 1}], False),
        ("choices", [9, 8, 2], 14, [{0, 1}], True),
    ],
)
def test_answers_that_lead_on_are_one_answer(
    kind: str, counts: list[int], n: int, leading: list[set[int]], expected: bool
) -> None:
    found = leaves_open(kind, counts, n, [frozenset(s) for s in leading])  # type: ignore[arg-type]
    assert found is expected
