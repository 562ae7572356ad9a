"""What stands in the bargaining brief, as data for its template. Pure.

The words are here and the looks in `templates/print/brief.typ`. The same release, demands and
language give the same data.
"""

from collections.abc import Iterable, Mapping, Sequence

from reports.bargaining.demands import Demand
from reports.bargaining.evidence import release_digest
from reports.exports.brief_charts import Pen, as_svg, chart_data, leading_charts
from reports.exports.brief_method import method
from reports.exports.brief_wages import wage_comparison
from reports.findings import Finding, findings, interval_sentence
from reports.headcounts import outnumbered, response_rate
from reports.headlines import gaps, headlines
from reports.wording import HIDDEN, bare, between, group_name, month, origin_label, percent, say, tr
from survey.release.model import Release

Data = Mapping[str, object]

WORDS = {
    "kind": "Bargaining brief",
    "found": "What we found",
    "ranges": (
        "The likely range says where the figure for everyone very likely lies, if those who did "
        "not answer are like those who did."
    ),
    "none-found": "No figure can be shown.",
    "gaps": "Where groups differ",
    "wages": "Pay beside public wages",
    "charts": "The answers",
    "demands": "What we ask for",
    "evidence": "What people answered",
    "cost": "First cost",
    "a-year": "a year",
    "method": "How to read this",
    "sources": "Where the public figures are from",
    "hidden": "What is not shown",
    "hidden-sentence": HIDDEN,
    "prints": "To check this brief",
}
COST_COLUMNS = ("Line", "How it is worked out", "Result")
HIDDEN_COLUMNS = ("Question", "Groups")
ORIGIN_SENTENCES = {
    "simulated": "Nobody gave these answers: a program made them up as an example.",
    "imported": "They were given elsewhere and brought in from a file.",
}


def brief_data(
    release: Release,
    demands: Sequence[Demand],
    lang: str,
    body: bytes | None = None,
    pen: Pen = as_svg,
) -> Data:
    """Everything that a document needs; `body` is the release as published, if at hand."""
    found = findings(release, lang)
    leading = headlines(release, found)
    label, campaign = origin_label(release, lang), release.campaign
    kind = tr(lang, WORDS["kind"])
    return {
        "title": " – ".join(filter(None, (f"{kind}: {campaign}", label))),
        "lang": lang,
        "words": _words(lang),
        "campaign": campaign,
        "survey": say(release.title, lang),
        "origin": label,
        "origin-sentence": tr(lang, ORIGIN_SENTENCES.get(release.origin, "")) if label else "",
        "running": f"{kind} · {campaign}",
        "footer": f"{release.wave} · {month(release.closed, lang)} · {release.fingerprint[:12]}",
        "facts": _facts(release, lang),
        "findings": [_finding(one, lang) for one in leading],
        "gaps": [one.statement for one in gaps(found)],
        "wages": wage_comparison(release, lang),
        "charts": [
            chart_data(chart, pen) for chart in leading_charts(release, leading, found, lang)
        ],
        "demands": [_demand(one, lang) for one in demands],
        "method": method(release, lang),
        "hidden": _hidden(release, lang),
        "prints": _prints(release, body, lang),
    }


def _words(lang: str) -> Data:
    tables = {"cost-columns": COST_COLUMNS, "hidden-columns": HIDDEN_COLUMNS}
    columns = {name: [tr(lang, word) for word in row] for name, row in tables.items()}
    return {name: tr(lang, word) for name, word in WORDS.items()} | columns


def _facts(release: Release, lang: str) -> list[Data]:
    pairs = (
        ("Answers", _answered(release, lang)),
        ("Closed", month(release.closed, lang)),
        ("Wave", release.wave),
        ("Smallest group shown", tr(lang, "%(k)s people", k=release.k)),
    )
    return [{"name": tr(lang, name), "value": value} for name, value in pairs]


def _answered(release: Release, lang: str) -> str:
    """240 of 360 (67%); an estimated headcount says so, an unknown one is left out."""
    people, of, rate = release.responses, release.headcount, response_rate(release, lang)
    text = "%(people)s of %(of)s (%(rate)s)"
    if release.headcount_estimate:
        text = "%(people)s of about %(of)s (%(rate)s)"
    if not of:
        text = "%(people)s (headcount unknown)"
    if outnumbered(release):
        text = "%(people)s (more answers than the headcount of %(of)s, which is wrong)"
    return tr(lang, text, people=people, of=of, rate=rate)


def _finding(finding: Finding, lang: str) -> Data:
    # The sentence beside the figure says of what; a unit would only crowd it.
    said = finding.value if finding.about is None else finding.about
    figure = percent(said, lang) if finding.share else bare(said, finding.unit, lang)
    return {
        "figure": figure,
        "statement": finding.statement,
        "interval": _range(finding, lang),
    }


def _range(finding: Finding, lang: str) -> str:
    """Short, as the condition stands once above all of them."""
    interval = finding.interval
    if interval is None or (interval.low is None and interval.high is None):
        return interval_sentence(finding, lang)
    if interval.method == "everybody":
        return tr(lang, "Everybody answered.")
    if finding.share:
        ends = [percent(end or 0.0, lang) for end in (interval.low, interval.high)]
        return tr(lang, "Likely range: %(low)s to %(high)s", low=ends[0], high=ends[1])
    words = between(interval.low, interval.high, finding.unit, lang)
    return tr(lang, "Likely range: %(range)s", range=words)


def _demand(demand: Demand, lang: str) -> Data:
    evidence, cost = demand.evidence, demand.costing
    source = ", ".join((evidence.campaign, evidence.wave, month(evidence.closed, lang)))
    caption = f"“{evidence.question_text}” {evidence.group_name}, n = {evidence.n}. {source}."
    return {
        "title": demand.words.title,
        "paragraphs": [part for part in demand.words.body.split("\n\n") if part.strip()],
        "statement": evidence.statement,
        "interval": evidence.interval,
        "columns": evidence.columns,
        "rows": evidence.rows,
        "caption": " ".join(filter(None, (caption, _dot(evidence.origin_label)))),
        "cost": None
        if cost is None
        else {
            "range": cost.range,
            "middle": cost.middle(lang),
            "steps": [(step.name, step.working, step.result) for step in cost.steps],
            "assumptions": cost.assumptions,
        },
    }


def _hidden(release: Release, lang: str) -> list[tuple[str, str]]:
    """Per question and breakdown with something hidden: its text, and the groups by name."""
    groups: dict[tuple[str, str | None], list[str]] = {}
    for hidden in release.hidden:
        name = group_name(release, hidden.breakdown, hidden.group, lang)
        groups.setdefault((hidden.question, hidden.breakdown), []).append(name)
    texts = {question.id: say(question.text, lang) for question in release.questions}
    labels = {b.id: f"{say(b.label, lang)}: " for b in release.breakdowns}
    return [
        (texts.get(question, question), labels.get(breakdown or "", "") + ", ".join(names))
        for (question, breakdown), names in groups.items()
    ]


def _prints(release: Release, body: bytes | None, lang: str) -> list[Data]:
    pairs: Iterable[tuple[str, str]] = (
        ("Fingerprint of the questions and of the rules on what is shown", release.fingerprint),
        ("SHA-256 of the published release (the json export)", release_digest(release, body)),
    )
    return [{"name": tr(lang, name), "value": value} for name, value in pairs]


def _dot(text: str | None) -> str | None:
    return f"{text}." if text else None
