"""Releases that the gate did not make: of small units, with the tables that a test wants shown."""

from dataclasses import replace

from release_factory import ask, broken, facts, tally

from survey.box.layout import build_layout, read_tallies
from survey.instrument.model import Answers, Definition, Section, ShowIf
from survey.release.build import build_release
from survey.release.model import Hidden, Release
from survey.release.tables import tables_of

BY = ("team", "site")


def asked(**more: object) -> Definition:
    """One question by team and site, two groups each."""
    question = ask("q", "choice", "yes", "no", "unsure", **{"by": BY, **more})
    sources = (ask("team", "choice", "a", "b"), ask("site", "choice", "north", "south"))
    breakdowns = (
        broken("team", "team", a=("a",), b=("b",)),
        broken("site", "site", north=("north",), south=("south",)),
    )
    section = Section("s", {"en": "S"}, (*sources, question))
    return Definition("planted", {"en": "Planted"}, ("en",), 5, breakdowns, (section,))


def ungated(definition: Definition, answers: list[Answers], *shown: set[int]) -> Release:
    """A release whose question was not gated: just these groups of each breakdown are shown."""
    return forged(definition, answers, q=shown)


def forged(
    definition: Definition, answers: list[Answers], **shown: tuple[set[int], ...]
) -> Release:
    """The same of several questions: of each, which groups of its breakdowns are shown."""
    layout = build_layout(definition)
    totals, responses = tally(layout, answers)
    release = build_release(layout, totals, facts(responses))
    found = {t.question.id: t for t in read_tallies(layout, totals)}
    tables = {
        qid: tables_of((found[qid],), definition, tuple(map(frozenset, groups)))[0]
        for qid, groups in shown.items()
    }
    questions = (replace(q, tables=tables.get(q.id, q.tables)) for q in release.questions)
    hidden = [h for h in release.hidden if h.question not in shown] + [
        Hidden(qid, bid, group.id)
        for qid, groups in shown.items()
        for bid, named in zip(found[qid].question.by, groups, strict=True)
        for i, group in enumerate(definition.breakdown(bid).groups)
        if i not in named
    ]
    return replace(release, questions=tuple(questions), hidden=tuple(hidden))


def ticking(why_by: tuple[str, ...], leads: str = "xy", most: int | None = None) -> Definition:
    """Check-all by team, held against nobody; who ticked one of `leads` is asked why."""
    made = asked(by=("team",), sensitive=True)
    section = made.sections[0]
    q = ask("q", "choices", "x", "y", "z", "nothing", by=("team",), sensitive=True, max=most)
    more = {"by": why_by, "sensitive": True, "show_if": ShowIf("q", tuple(leads))}
    questions = (*section.questions[:-1], q, ask("why", "choice", "yes", "no", **more))
    return replace(made, sections=(replace(section, questions=questions),))


def ticks(*crowd: tuple[int, str, str]) -> list[Answers]:
    """How many, of which team, ticked what; each who is asked why says yes or no in turn."""
    answers: list[Answers] = []
    for n, team, said in crowd:
        asked_why = {"x", "y"} & set(said)
        for i in range(n):
            why: Answers = {"why": ("yes", "no")[i % 2]} if asked_why else {}
            answers.append({"team": team, "q": frozenset(said.split()), **why})
    return answers


TEAM_A = ((2, "a", "x"), (3, "a", "x y"), (3, "a", "x y z"), (2, "a", "y"))
"""Ten people, all of whom are asked why."""
TEAM_B = ((8, "b", "z"), (8, "b", "nothing"))
"""Nobody of these is."""
