"""Demands: drafted from a finding, kept with its evidence, costed; stored in the table `demand`.

No function here changes the evidence of a demand that exists.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, RowMapping, Select, delete, insert, select, update

from reports.bargaining.costing import CostResult, Step, dollars
from reports.bargaining.evidence import Evidence, evidence_json, read_evidence
from reports.wording import tr
from survey.store.engine import reading
from survey.store.tables import demand, wave

TITLE_LENGTH = 120
BODY_LENGTH = 5000
COST_FORMAT = "demand-costing/1"


class DemandError(Exception):
    """A demand cannot be kept; the text is one sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Words:
    """What people write in a demand: plain text, both of limited length."""

    title: str
    body: str = ""

    def __post_init__(self) -> None:
        """Raise DemandError on a title that is missing or a text that is too long."""
        if not self.title.strip():
            raise DemandError("A demand needs a title: say in one line what you ask for.")
        if len(self.title) > TITLE_LENGTH or "\n" in self.title.strip():
            raise DemandError(f"The title is one line of at most {TITLE_LENGTH} characters.")
        if len(self.body) > BODY_LENGTH:
            raise DemandError(f"The text has at most {BODY_LENGTH:,} characters.")


@dataclass(frozen=True, slots=True)
class Costing:
    """A cost as it came out: amounts as written, the worked lines, and what was typed."""

    low: str
    mid: str
    high: str
    steps: tuple[Step, ...]
    assumptions: tuple[str, ...]
    typed: Mapping[str, str]

    @property
    def range(self) -> str:
        """ "$312,000", or "$273,000 to $343,000" where low and high differ."""
        return self.low if self.low == self.high else f"{self.low} to {self.high}"

    def middle(self, lang: str) -> str | None:
        """What the middle cost is, in one sentence; None where there is nothing between the ends.

        Only with both quarter marks is the range one of pay, which need not lie evenly about it.
        """
        percent = self.typed.get("kind") == "percent"
        spread = percent and self.typed.get("p25") and self.typed.get("p75")
        if self.low == self.high:
            return tr(lang, "This is the cost at the middle of current pay.") if percent else None
        if self.mid in (self.low, self.high):
            return None
        text = (
            "At the middle of current pay: %(mid)s." if spread else "Middle of the range: %(mid)s."
        )
        return tr(lang, text, mid=self.mid)


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand of a wave. `costing` is None until somebody costs it."""

    id: int
    words: Words
    evidence: Evidence
    costing: Costing | None


def costing_of(result: CostResult, typed: Mapping[str, str]) -> Costing:
    """What is kept of a result, with the form fields it came from."""
    low, mid, high = (dollars(total) for total in (result.low, result.mid, result.high))
    return Costing(low, mid, high, result.steps, result.assumptions, dict(typed))


def add_demand(engine: Engine, slug: str, words: Words, evidence: Evidence) -> int:
    """Keep a new demand and return its id. Raises DemandError if there is no such wave."""
    with engine.begin() as db:
        wave_id = db.scalar(select(wave.c.id).where(wave.c.slug == slug))
        if wave_id is None:
            raise DemandError(f"There is no wave named {slug!r}.")
        row = {
            "wave_id": wave_id,
            **_columns(words),
            "evidence": evidence_json(evidence),
            "costing": "{}",
        }
        made = db.scalar(insert(demand).values(row).returning(demand.c.id))
        return int(made or 0)


def list_demands(engine: Engine, slug: str) -> tuple[Demand, ...]:
    """The demands of a wave, oldest first."""
    query = select(demand).where(demand.c.wave_id.in_(_wave_id(slug))).order_by(demand.c.id)
    with reading(engine) as db:
        return tuple(_demand(row._mapping) for row in db.execute(query))


def find_demand(engine: Engine, slug: str, demand_id: int) -> Demand | None:
    """One demand of that wave, or None."""
    query = select(demand).where(demand.c.id == demand_id, demand.c.wave_id.in_(_wave_id(slug)))
    with reading(engine) as db:
        row = db.execute(query).one_or_none()
    return _demand(row._mapping) if row else None


def edit_demand(engine: Engine, slug: str, demand_id: int, words: Words) -> None:
    """Change the words of a demand; its evidence stays."""
    _change(engine, slug, demand_id, **_columns(words))


def price_demand(engine: Engine, slug: str, demand_id: int, costing: Costing) -> None:
    """Keep what the demand costs, in place of an earlier costing."""
    _change(engine, slug, demand_id, costing=costing_json(costing))


def delete_demand(engine: Engine, slug: str, demand_id: int) -> None:
    """Delete a demand of that wave; nothing happens if it is gone already."""
    gone = delete(demand).where(demand.c.id == demand_id, demand.c.wave_id.in_(_wave_id(slug)))
    with engine.begin() as db:
        db.execute(gone)


def costing_json(costing: Costing) -> str:
    """The text that is stored."""
    return json.dumps(
        {
            "format": COST_FORMAT,
            "low": costing.low,
            "mid": costing.mid,
            "high": costing.high,
            "steps": [[step.name, step.working, step.result] for step in costing.steps],
            "assumptions": costing.assumptions,
            "typed": dict(costing.typed),
        },
        ensure_ascii=False,
    )


def read_costing(text: str) -> Costing | None:
    """A stored costing just as it came out, or None where there is none."""
    stored = json.loads(text)
    if not stored:
        return None
    return Costing(
        low=stored["low"],
        mid=stored["mid"],
        high=stored["high"],
        steps=tuple(Step(*step) for step in stored["steps"]),
        assumptions=tuple(stored["assumptions"]),
        typed=stored["typed"],
    )


def _columns(words: Words) -> dict[str, str]:
    # Browsers send line ends as two characters.
    return {"title": words.title.strip(), "body": "\n".join(words.body.strip().splitlines())}


def _wave_id(slug: str) -> Select[tuple[int]]:
    return select(wave.c.id).where(wave.c.slug == slug)


def _change(engine: Engine, slug: str, demand_id: int, **values: str) -> None:
    mine = (demand.c.id == demand_id, demand.c.wave_id.in_(_wave_id(slug)))
    with engine.begin() as db:
        if db.execute(update(demand).where(*mine).values(**values)).rowcount == 0:
            raise DemandError("This demand is gone: somebody deleted it.")


def _demand(row: RowMapping) -> Demand:
    return Demand(
        id=row["id"],
        words=Words(row["title"], row["body"]),
        evidence=read_evidence(row["evidence"]),
        costing=read_costing(row["costing"]),
    )
