"""The datapackage.json beside a CSV (Data Package 2.0, https://datapackage.org).

It names no licence: whether others may use the figures is the campaign's to say, not the program's.
"""

from collections.abc import Mapping

from reports.wording import HIDDEN, origin_label, say, tr
from survey.release.model import OTHERS, Release, ReleasedQuestion

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

ORIGIN_SENTENCES = {
    "simulated": "Made-up data: nobody gave these answers.",
    "imported": "Imported answers: they were given elsewhere and brought in from a file.",
}

FIELDS = (
    ("question", "string", "Question id; *origin in a first row that says whose answers these are"),
    ("breakdown", "string", "Breakdown id; empty for everyone who answered"),
    ("group", "string", f"Group id; {OTHERS} for all others together; empty for everyone"),
    ("option", "string", "Option id; empty for questions that ask for a number"),
    ("from", "number", "Numbers: the bin starts here; empty for no lower end"),
    ("to", "number", "Numbers: the bin ends below this; empty for no upper end"),
    ("count", "integer", "People who gave this answer"),
    ("n", "integer", "People who answered the question, in this group"),
    ("share", "number", "count / n, rounded to four digits"),
)


def data_package(
    release: Release, lang: str, name: str, resource: Mapping[str, object]
) -> dict[str, object]:
    """The description of a CSV; `resource` holds its path, bytes and hash."""
    title = say(release.title, lang)
    label = origin_label(release, lang)
    return {
        "$schema": PROFILE,
        "name": name,
        "title": f"{label}: {title}" if label else title,
        "description": _description(release),
        "sources": [{"title": _source(release, label)}],
        "resources": [
            {
                "name": name,
                "type": "table",
                **resource,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": [_field(*field) for field in FIELDS], "missingValues": [""]},
            }
        ],
        "survey": _survey(release, lang),
    }


def _field(name: str, kind: str, description: str) -> dict[str, str]:
    return {"name": name, "type": kind, "description": description}


def _description(release: Release) -> str:
    parts = (
        ORIGIN_SENTENCES.get(release.origin, ""),
        f"Published tables of an anonymous survey, none about fewer than {release.k} people.",
        f"A table that is not here: {HIDDEN}",
        "A text that a spreadsheet would run as a formula has an apostrophe in front.",
    )
    return " ".join(filter(None, parts))


def _source(release: Release, label: str | None) -> str:
    told = f"{release.campaign}, {release.wave}, closed {release.closed}"
    return f"{told} ({label})" if label else told


def _survey(release: Release, lang: str) -> dict[str, object]:
    return {
        "campaign": release.campaign,
        "wave": release.wave,
        "origin": release.origin,
        "access": release.access,
        "k": release.k,
        "fingerprint": release.fingerprint,
        "closed": release.closed,
        "responses": release.responses,
        "headcount": release.headcount,
        "headcount_estimate": release.headcount_estimate,
        "questions": [_question(question, lang) for question in release.questions],
        "breakdowns": [
            {
                "id": breakdown.id,
                "label": say(breakdown.label, lang),
                "groups": {group.id: say(group.label, lang) for group in breakdown.groups}
                | {OTHERS: tr(lang, "All others")},
            }
            for breakdown in release.breakdowns
        ],
        "hidden": [
            {"question": hidden.question, "breakdown": hidden.breakdown, "group": hidden.group}
            for hidden in release.hidden
        ],
    }


def _question(question: ReleasedQuestion, lang: str) -> dict[str, object]:
    return {
        "id": question.id,
        "text": say(question.text, lang),
        "kind": question.kind,
        "unit": question.unit,
        "options": {option.id: say(option.label, lang) for option in question.options},
    }
