"""What the cost form holds at first: what the release knows about the people of a demand."""

from collections.abc import Mapping

from reports.bargaining.costing import FICA_SOURCE
from reports.bargaining.evidence import Evidence
from reports.headcounts import headcounts
from reports.wording import group_name, tr
from survey.release.model import Release, Table

PAY = "pay"
"""The question whose quarter marks are current pay."""


def cost_defaults(release: Release, evidence: Evidence, lang: str) -> Mapping[str, str]:
    """Headcount and pay of the demand's group where they are published, else of everyone."""
    people = _headcount(release, evidence)
    known = {"people_low": people, "people_high": people, "payroll_source": FICA_SOURCE}
    return known | _pay(release, evidence, lang)


def _headcount(release: Release, evidence: Evidence) -> str:
    """Empty where it is unknown or where more people answered than it says."""
    of = headcounts(release).get((evidence.breakdown, evidence.group))
    return "" if of is None else str(of)


def _pay(release: Release, evidence: Evidence, lang: str) -> dict[str, str]:
    question = release.question(PAY)
    if question is None or question.unit != "USD/hour":
        return {}
    own = question.table(evidence.breakdown, evidence.group)
    table = own if own and own.quantile("p50") else question.table()
    if table is None or table.quantile("p50") is None:
        return {}
    name = group_name(release, table.breakdown, table.group, lang)
    source = tr(lang, "this survey, %(group)s, n = %(n)s", group=name, n=table.n)
    return {"pay_source": source, **_marks(table)}


def _marks(table: Table) -> dict[str, str]:
    return {name: f"{value:.2f}" for name, value in table.quantiles}
