"""What a demand rests on, frozen when it is drafted.

Everything is kept as it was read on that day: sentences, figures and the table beside them.
Nothing is worked out again when it is shown, so neither a later version of this program nor a
second look at the release changes what a demand was built on. The digest names the published file.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from reports.findings import Finding, interval_sentence, value_text
from reports.wording import between, group_name, origin_label, percent, say, tr
from survey.release.model import Release, ReleasedQuestion, Table
from survey.release.serialize import to_json

FORMAT = "demand-evidence/1"

Rows = tuple[tuple[str, ...], ...]


class EvidenceError(Exception):
    """Stored evidence cannot be read; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding as it was shown. `figure`, `low` and `high` are a share from 0 to 1 or in `unit`.

    `columns` and `rows` are the table as it stood beside the finding. `fingerprint` is of the
    wave's layout and rules, `digest` is SHA-256 (hex) of the published release file.
    """

    statement: str
    finding: str
    question: str
    question_text: str
    breakdown: str | None
    group: str | None
    group_name: str
    n: int
    figure: float
    share: bool
    unit: str | None
    value: str
    low: float | None
    high: float | None
    interval: str | None
    comparator: str | None
    columns: tuple[str, ...]
    rows: Rows
    campaign: str
    wave: str
    closed: str
    origin: str
    origin_label: str | None
    fingerprint: str
    digest: str


def freeze(release: Release, finding: Finding, lang: str, body: bytes | None = None) -> Evidence:
    """A finding of a release, published as `body`. KeyError if the release has no such table."""
    question = release.question(finding.question)
    table = question.table(finding.breakdown, finding.group) if question else None
    if question is None or table is None:
        raise KeyError(finding.id)
    interval, compared = finding.interval, finding.comparator
    columns, rows = _shown(release, question, table, lang)
    return Evidence(
        statement=finding.statement,
        finding=finding.id,
        question=question.id,
        question_text=say(question.text, lang),
        breakdown=finding.breakdown,
        group=finding.group,
        group_name=group_name(release, finding.breakdown, finding.group, lang),
        n=finding.n,
        figure=finding.value,
        share=finding.share,
        unit=finding.unit,
        value=value_text(finding, lang),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        interval=interval_sentence(finding, lang),
        comparator=compared.label if compared else None,
        columns=columns,
        rows=rows,
        campaign=release.campaign,
        wave=release.wave,
        closed=release.closed,
        origin=release.origin,
        origin_label=origin_label(release, lang),
        fingerprint=release.fingerprint,
        digest=release_digest(release, body),
    )


def release_digest(release: Release, body: bytes | None = None) -> str:
    """SHA-256 (hex) of the release file: of `body` as published, else as it would be written."""
    return hashlib.sha256(to_json(release) if body is None else body).hexdigest()


def evidence_json(evidence: Evidence) -> str:
    """The text that is stored."""
    return json.dumps({"format": FORMAT, **asdict(evidence)}, ensure_ascii=False, sort_keys=True)


def read_evidence(text: str) -> Evidence:
    """Stored evidence, just as it was frozen. Raises EvidenceError."""
    try:
        stored = json.loads(text)
        if stored.pop("format") != FORMAT:
            raise EvidenceError(f"This evidence is not of the format {FORMAT}.")
        columns, rows = tuple(stored.pop("columns")), tuple(map(tuple, stored.pop("rows")))
        return Evidence(columns=columns, rows=rows, **stored)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvidenceError(f"Stored evidence cannot be read ({error}).") from error


def _shown(
    release: Release, question: ReleasedQuestion, table: Table, lang: str
) -> tuple[tuple[str, ...], Rows]:
    """The table of the finding; beside a group's figures stand those of everyone."""
    labels, tables, whole = answer_labels(question, table, lang), [table], question.table()
    # A group's bins may be coarser than those of everyone; then the two are not set side by side.
    if table.breakdown and whole and answer_labels(question, whole, lang) == labels:
        tables.append(whole)
    columns = [tr(lang, "Answer")]
    for one in tables:
        name = group_name(release, one.breakdown, one.group, lang)
        columns += [tr(lang, "%(group)s (n = %(n)s)", group=name, n=one.n), tr(lang, "Share")]
    figures = [_figures(question, one, lang) for one in tables]
    rows = (
        (label, *(cell for part in parts for cell in part))
        for label, *parts in zip(labels, *figures, strict=True)
    )
    return tuple(columns), tuple(rows)


def answer_labels(question: ReleasedQuestion, table: Table, lang: str) -> tuple[str, ...]:
    """The rows of a published table: options in their order, or bins."""
    if question.kind == "number":
        return tuple(between(low, high, question.unit, lang) for low, high, _ in table.bins)
    return tuple(say(option.label, lang) for option in question.options)


def _figures(question: ReleasedQuestion, table: Table, lang: str) -> list[tuple[str, str]]:
    if question.kind == "number":
        counts = [count for _, _, count in table.bins]
    else:
        counts = [table.count(option.id) for option in question.options]
    return [(str(count), percent(count / table.n, lang)) for count in counts]
