"""Bins of numbers beside other tables: of a sensitive one, and of one that makes groups."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_factory import ask, broken, release_of

from survey.instrument.model import Answers, Breakdown, Definition, Group, Section
from survey.release import cuts
from survey.release.attack import attack_as_outsider
from survey.release.audit import audit
from survey.release.model import Release

EDGES = (10.0, 20.0, 30.0)
TEAMS = ("a", "b", "c", "d")
PLANTED = [[0, 0, 0, 12], [20, 20, 10, 10]]
"""All of the first group are in the last bin; the others are everywhere."""


def asked(teams: tuple[str, ...]) -> Definition:
    """Days absent, by team."""
    absent = ask("absent", "number", unit="days", edges=EDGES, by=("team",), sensitive=True)
    questions = (ask("team", "choice", *teams), absent)
    team = broken("team", "team", **{t: (t,) for t in teams})
    return Definition(
        "days", {"en": "Days"}, ("en",), 5, (team,), (Section("s", {"en": "S"}, questions),)
    )


def released(people: list[list[int]]) -> tuple[Release, Definition]:
    """So many people by team and finest bin."""
    definition = asked(TEAMS[: len(people)])
    answers: list[Answers] = [
        {"team": team, "absent": 5.0 + 10 * at}
        for team, row in zip(TEAMS, people, strict=False)
        for at, many in enumerate(row)
        for _ in range(many)
    ]
    return release_of(definition, answers), definition


def kinds(people: list[list[int]]) -> set[str]:
    """What the attack finds."""
    return {found.kind for found in attack_as_outsider(*released(people))}


def test_bins_of_the_others_do_not_tell_where_all_of_a_group_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not kinds(PLANTED)
    release, _ = released(PLANTED)
    assert not audit(release)
    assert all(len(table.bins) > 1 for table in release.question("absent").tables[::2])
    monkeypatch.setattr(cuts, "_leave_open", lambda *_: True)
    assert kinds(PLANTED) == {"forced answer"}


crowds = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 5, 12, 30]), min_size=4, max_size=4),
    min_size=2,
    max_size=4,
).filter(lambda people: np.sum(people, axis=1).min() >= 10)


@settings(max_examples=120)
@given(crowds)
def test_no_answer_is_forced_whoever_is_where(people: list[list[int]]) -> None:
    assert not kinds(people)


def by_load(*ends: float) -> Definition:
    """A number that makes bands, and another question that is broken down by them."""
    edges = (10.0, 15.0, 20.0, 30.0, 60.0)
    caseload = ask("caseload", "number", unit="people", edges=edges)
    breaks = ask("breaks", "scale", "never", "often", by=("load",))
    bands = zip((None, *ends), (*ends, None), strict=True)
    groups = tuple(Group(f"g{i}", {"en": str(i)}, band=band) for i, band in enumerate(bands))
    load = Breakdown("load", {"en": "Load"}, "caseload", groups)
    section = Section("s", {"en": "S"}, (caseload, breaks))
    return Definition("load", {"en": "Load"}, ("en",), 5, (load,), (section,))


@pytest.mark.parametrize("ends", [(30.0,), (20.0, 60.0), (15.0, 30.0)])
def test_no_bin_is_a_few_people_more_than_a_band(ends: tuple[float, ...]) -> None:
    crowd = {7: 8, 12: 12, 17: 20, 22: 2, 32: 12, 70: 9}
    answers: list[Answers] = [
        {"caseload": float(load), "breaks": ("never", "often")[i % 2]}
        for load, many in crowd.items()
        for i in range(many)
    ]
    release = release_of(by_load(*ends), answers)
    (unit,) = release.question("caseload").tables
    counts = [0, *np.cumsum([people for _, _, people in unit.bins])]
    bands = [0, *np.cumsum([table.n for table in release.question("breaks").tables[1:]])]
    assert len(bands) == len(ends) + 2
    apart = np.abs(np.subtract.outer(counts, bands))
    assert apart[apart > 0].min() >= 5
