"""A filtered question is gated with its filter."""

from dataclasses import replace

import pytest
from release_factory import (
    ask,
    release_of,
)
from rolekit import ROLES, define, groups, staff

from survey.instrument.model import Answers, Definition, ShowIf
from survey.release.model import Hidden


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


def seen(*by: str) -> Definition:
    """A sensitive check-all of which two answers lead on; the question they lead to has `by`."""
    ticks = ask("seen", "choices", "fall", "fire", "slip", "none", by=("role",), sensitive=True)
    leads = ShowIf("seen", ("fall", "fire"))
    return define(ticks, ask("told", "choice", "yes", "no", by=by, sensitive=True, show_if=leads))


def saw(i: int, *ticks: str, **role: str) -> Answers:
    return {**role, "seen": frozenset(ticks), "told": ("yes", "no")[i % 2]}


def thirty(not_asked: int, **role: str) -> list[Answers]:
    """Each answer is ticked by some, and by so many none that leads on."""
    asked = range(30 - not_asked)
    leading = [saw(i, ("fall", "fire")[i % 2], *["none", "slip"] * (i < 4), **role) for i in asked]
    return [*leading, *(saw(i, "none", **role) for i in range(not_asked))]


def sixty_each(*ticks: str) -> list[Answers]:
    """Nurses and cooks, who ticked these in turn."""
    return [saw(i, ticks[i % len(ticks)], role=r) for r in ROLES[::2] for i in range(60)]


COUNTED = pytest.mark.parametrize(
    ("by", "others"),
    [(("role",), ("fall", "slip", "none")), ((), ("slip", "none"))],
    ids=["by role", "as a whole, and nobody else was asked"],
)


@COUNTED
@pytest.mark.parametrize(("not_asked", "shown"), [(0, False), (1, False), (2, True)])
def test_of_check_alls_it_counts_who_was_asked_on(
    by: tuple[str, ...], others: tuple[str, ...], not_asked: int, shown: bool
) -> None:
    answers = [*sixty_each(*others), *thirty(not_asked, role="aide")]
    assert ("aide" in groups(release_of(seen(*by), answers), "seen")) == shown


@COUNTED
@pytest.mark.parametrize(("not_asked", "shown"), [(0, False), (1, False), (2, True)])
def test_all_others_of_a_check_all_are_not_all_asked_on(
    by: tuple[str, ...], others: tuple[str, ...], not_asked: int, shown: bool
) -> None:
    """Thirty who named no role would be all others by themselves."""
    answers = [*sixty_each(*others), *thirty(not_asked)]
    found = groups(release_of(seen(*by), answers), "seen")
    assert ("nurse" in found and "cook" in found) == shown


@pytest.mark.parametrize(("tenth", "shown"), [(("fall", "slip"), False), (("slip",), True)])
def test_of_check_alls_ticks_tell_how_many_gave_one_that_leads_on(
    tenth: tuple[str, ...], shown: bool
) -> None:
    """17 ticks that lead on, two a person at most: nine of ten, though few of them told more."""
    leads = ("fall", "fire", "hit")
    ticks = ask("seen", "choices", *leads, "slip", "none", max=2, by=("role",), sensitive=True)
    told = ask("told", "choice", "yes", "no", sensitive=True, show_if=ShowIf("seen", leads))
    answers = sixty_each("fall", "slip", "none")
    answers += [saw(i, leads[i % 3], leads[(i + 1) % 3], role="aide") for i in range(8)]
    answers += [saw(0, *tenth, role="aide"), saw(0, "slip", role="aide")]
    for person in answers[-10:-4]:
        del person["told"]
    assert ("aide" in groups(release_of(define(ticks, told), answers), "seen")) == shown


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
