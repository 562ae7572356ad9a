"""Which headcounts can be relied on. More answers than people shows that a headcount is wrong."""

from collections.abc import Iterator, Mapping

from reports.wording import percent
from survey.release.model import Release, ReleasedQuestion

Key = tuple[str | None, str | None]
"""A breakdown and one of its groups; both None for the unit."""


def outnumbered(release: Release) -> bool:
    """More people answered than the headcount says there are."""
    return release.headcount is not None and release.responses > release.headcount


def response_rate(release: Release, lang: str) -> str | None:
    """How many of the unit answered; None where the headcount is not known or too low."""
    if not release.headcount or outnumbered(release):
        return None
    return percent(release.responses / release.headcount, lang)


def headcounts(release: Release) -> Mapping[Key, int]:
    """The headcounts that no published count contradicts, estimates too.

    Where the unit's is wrong, those of its groups come from the same list and are not used either.
    """
    if outnumbered(release):
        return {}
    seen = _seen(release)
    return {key: people for key, people in _given(release) if people >= seen.get(key, 0)}


def certain_headcounts(release: Release, question: ReleasedQuestion) -> Mapping[Key, int]:
    """How many people each table of a question could have counted, where that is certain.

    An estimate is not; and a filtered question was asked of some only, and nobody knows of how
    many who stayed silent.
    """
    return {} if release.headcount_estimate or question.show_if else headcounts(release)


def _given(release: Release) -> Iterator[tuple[Key, int]]:
    if release.headcount is not None:
        yield (None, None), release.headcount
    for breakdown in release.breakdowns:
        for group in breakdown.groups:
            if group.headcount is not None:
                yield (breakdown.id, group.id), group.headcount


def _seen(release: Release) -> dict[Key, int]:
    """The most people that any published table counts in each group."""
    seen: dict[Key, int] = {}
    for question in release.questions:
        for table in question.tables:
            key = table.breakdown, table.group
            seen[key] = max(seen.get(key, 0), table.n)
    for breakdown in release.breakdowns:
        # The question that the groups are made from says itself how many gave that answer.
        source = release.question(breakdown.id)
        whole = source.table() if source else None
        for group, people in whole.counts if whole else ():
            seen[breakdown.id, group] = max(seen.get((breakdown.id, group), 0), people)
    return seen
