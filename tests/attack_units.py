"""Made-up units for the attack on releases: skewed answers, skips, structure, filters, families."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from release_factory import ask, broken, facts, tally

from survey.box.layout import build_layout
from survey.instrument.model import Answers, Definition, Headcounts, Section, ShowIf
from survey.release.attack_known import Knowledge, knowledge_of
from survey.release.build import build_release
from survey.release.model import Release

BY = ("team", "site")
SEEN = ("hit", "threat", "fall", "nothing")
"""Two lead on to a question that is counted as a whole only."""
TICKED = ("seen", "told")
"""These have random numbers of their own: the other answers of a unit are what they ever were."""


@dataclass(frozen=True)
class Unit:
    """One unit, its release, and the staff list that its employer has."""

    definition: Definition
    answers: tuple[Answers, ...]
    release: Release
    staff: Counter[tuple[str, str]]
    structured: bool

    @property
    def employer(self) -> Knowledge:
        """Everything published, the rules, and the staff list by team and site."""
        return replace(knowledge_of(self.release, self.definition), joint={BY: self.staff})

    @property
    def outsider(self) -> Knowledge:
        """Everything published and the rules."""
        return knowledge_of(self.release, self.definition)


def definition(teams: int, sites: int) -> Definition:
    """Every kind by both breakdowns, a filter, a family; sensitive: two with a filter, a number."""
    often = ("never", "rarely", "sometimes", "often", "always")
    team, site = ([f"{x}{i}" for i in range(n)] for x, n in (("t", teams), ("s", sites)))
    questions = (
        ask("team", "choice", *team),
        ask("site", "choice", *site),
        ask("target", "choice", "yes", "no", "unsure", by=BY),
        ask("reach", "scale", *often, by=BY, show_if=ShowIf("target", ("yes",))),
        ask("breaks", "scale", *often, by=BY, family="day"),
        ask("lunch", "scale", *often, by=BY, family="day"),
        ask("wishes", "choices", "pay", "time", "safety", "voice", max=2, by=BY),
        ask("pay", "number", edges=tuple(map(float, range(16, 48, 2))), by=BY),
        ask("leave", "scale", *often, by=("site",), sensitive=True),
        ask("absent", "number", edges=(1.0, 3.0, 6.0, 12.0), by=("team",), sensitive=True),
        ask(
            "why",
            "choices",
            *("pay", "load", "boss"),
            max=2,
            by=("site",),
            sensitive=True,
            show_if=ShowIf("leave", ("often", "always")),
        ),
        ask("seen", "choices", *SEEN, by=("team",), sensitive=True),
        ask("told", "choice", "yes", "no", sensitive=True, show_if=ShowIf("seen", SEEN[:2])),
    )
    breakdowns = (
        broken("team", "team", **{x: (x,) for x in team}),
        broken("site", "site", **{x: (x,) for x in site}),
    )
    return Definition(
        "unit", {"en": "Unit"}, ("en",), 5, breakdowns, (Section("s", {"en": "S"}, questions),)
    )


def unit(seed: int) -> Unit:
    """The unit of that seed: 25 to 200 people, 5 to 40 groups, half of them structured."""
    rng = np.random.default_rng(seed)
    most_sites = 32 if rng.random() < 0.15 else 12  # large units cost the attack most
    sites = int(rng.integers(3, most_sites + 1))
    teams = int(rng.integers(2, 9))
    structured = bool(rng.random() < 0.5)
    made = definition(teams, sites)
    people = int(np.exp(rng.uniform(np.log(25), np.log(200))))
    shares = rng.dirichlet(np.full(sites, 1.5))
    homes = rng.integers(teams, size=sites)
    skip = float(rng.uniform(0.02, 0.25))
    turnout = float(rng.uniform(0.4, 1.0))
    tastes = {
        q.id: rng.dirichlet(np.full(max(q.cells, 1), rng.choice([0.25, 1.0])), size=teams)
        for q in made.questions
        if q.id not in TICKED
    }
    staff: Counter[tuple[str, str]] = Counter()
    answers: list[Answers] = []
    ticking = Ticking(seed, teams)
    for _ in range(people):
        at = int(rng.choice(sites, p=shares))
        own = int(homes[at]) if structured and rng.random() < 0.93 else int(rng.integers(teams))
        staff[f"t{own}", f"s{at}"] += 1
        if rng.random() < turnout:
            given = _answers(made, own, at, tastes, skip, rng)
            answers.append(given | ticking.one(own))
    return _released(made, tuple(answers), staff, structured)


class Ticking:
    """What people of each team tick: mostly all of it or nothing, so that groups are alike."""

    def __init__(self, seed: int, teams: int) -> None:
        self._rng = np.random.default_rng((seed, 1))
        self._likely = self._rng.beta(0.6, 0.6, size=(teams, len(SEEN)))

    def one(self, team: int) -> Answers:
        """Of somebody in that team; one in twenty skips it."""
        if self._rng.random() < 0.05:
            return {}
        ticked = {
            o for o, p in zip(SEEN, self._likely[team], strict=True) if self._rng.random() < p
        }
        ticked = ticked or {SEEN[-1]}
        asked = {"told": str(self._rng.choice(["yes", "no"]))} if ticked & {*SEEN[:2]} else {}
        return {"seen": frozenset(ticked), **asked}


def _answers(
    made: Definition,
    own: int,
    at: int,
    tastes: dict[str, np.ndarray],
    skip: float,
    rng: np.random.Generator,
) -> Answers:
    given: dict[str, str | float | frozenset[str]] = {"team": f"t{own}", "site": f"s{at}"}
    for question in made.questions:
        if question.id in TICKED:
            continue
        if rng.random() < (0.02 if question.id in BY else skip):
            given.pop(question.id, None)
            continue
        if question.id in BY:
            continue
        taste = tastes[question.id][own]
        ids = [o.id for o in question.options]
        if question.id == "absent":
            given[question.id] = float(rng.choice([0, 2, 4, 8, 20], p=taste))
        elif question.kind == "number":
            given[question.id] = float(15 + rng.gamma(3, 4) + own)
        elif question.kind == "choices":
            some = rng.choice(ids, size=2, p=taste)  # sometimes the same one twice
            given[question.id] = frozenset(map(str, some))
        else:
            given[question.id] = str(rng.choice(ids, p=taste))
    return given


def _released(
    made: Definition,
    answers: tuple[Answers, ...],
    staff: Counter[tuple[str, str]],
    structured: bool,
) -> Unit:
    layout = build_layout(made)
    totals, responses = tally(layout, answers)
    groups: dict[str, Counter[str]] = {b: Counter() for b in BY}
    for pair, many in staff.items():
        for bid, group in zip(BY, pair, strict=True):
            groups[bid][group] += many
    known = {b.id: {g.id: groups[b.id][g.id] for g in b.groups} for b in made.breakdowns}
    headcounts = Headcounts(staff.total(), known)
    release = build_release(layout, totals, facts(responses, headcounts=headcounts))
    return Unit(made, answers, release, staff, structured)
