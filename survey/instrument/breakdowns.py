"""Breakdowns of a definition, read from YAML; labels that are left out come from the source."""

from survey.instrument import reading
from survey.instrument.labels import band_label, joined_label
from survey.instrument.model import Breakdown, Group, Question, Text
from survey.instrument.nodes import Node, Scalar, blame
from survey.instrument.reading import Context, keys, mapping, sequence, slug, slugs

_LABEL = 200


def read_breakdowns(
    node: Node | None, context: Context, questions: dict[str, Question]
) -> tuple[Breakdown, ...]:
    """All breakdowns in the order written. Whether they may stand is the checker's to say."""
    if node is None:
        return ()
    items = mapping(node, "'breakdowns'", "{role: {from: role, groups: {…}}}").items
    return tuple(_breakdown(context, key, value, questions) for key, value in items)


def _breakdown(
    context: Context, key: Node, node: Node, questions: dict[str, Question]
) -> Breakdown:
    bid = slug(key, "the breakdown's id")
    what = f"breakdown '{bid}'"
    found = keys(node, what, ("from", "groups", "bands", "label", "labels"), ("from",))
    context.lines["breakdown", bid] = key.line
    context.lines |= {("breakdown", bid, name): value.line for name, value in found.items()}
    if ("groups" in found) == ("bands" in found):
        fix = "Write 'groups' for a choice or scale question, 'bands' for a number"
        raise blame(key, f"{what} needs either 'groups' or 'bands'", fix)
    source = slug(found["from"], f"'from' of {what}")
    asked = questions.get(source)
    groups = _groups(context, bid, what, found, asked)
    label = found.get("label")
    return Breakdown(
        id=bid,
        label=_breakdown_label(context, label, what, bid, asked),
        source=source,
        groups=groups,
    )


def _breakdown_label(
    context: Context, node: Node | None, what: str, bid: str, asked: Question | None
) -> Text:
    if node is not None:
        return context.text(node, f"the label of {what}", _LABEL)
    return asked.text if asked else dict.fromkeys(context.languages, bid)


def _groups(
    context: Context, bid: str, what: str, found: dict[str, Node], asked: Question | None
) -> tuple[Group, ...]:
    banded = "bands" in found
    node = found["bands" if banded else "groups"]
    items = mapping(node, f"the groups of {what}", "{therapist: [therapist], …}").items
    if not 1 <= len(items) <= 100:
        raise blame(node, f"{what} has {len(items)} groups", "Give 1 to 100 groups")
    labels = _labels(context, found.get("labels"), what, [key.value for key, _ in items])
    groups: list[Group] = []
    for key, value in items:
        gid = slug(key, f"a group of {what}")
        context.lines["group", bid, gid] = key.line
        options = () if banded else slugs(value, f"group '{gid}' of {what}")
        band = _band(value, f"band '{gid}' of {what}") if banded else None
        label = labels.get(gid) or _group_label(asked, options, band, context.languages)
        groups.append(Group(gid, label, options, band))
    return tuple(groups)


def _labels(context: Context, node: Node | None, what: str, groups: list[str]) -> dict[str, Text]:
    if node is None:
        return {}
    return {
        name: context.text(value, f"the label of group '{name}' of {what}", _LABEL)
        for name, value in keys(node, f"'labels' of {what}", groups).items()
    }


def _band(node: Node, what: str) -> tuple[float | None, float | None]:
    items = sequence(node, what, "[30, 60], or [60, null] for an open end")
    if len(items) != 2:
        raise blame(node, f"{what} must have a start and an end", "Write it like [30, 60]")
    low, high = (
        None if isinstance(n, Scalar) and n.empty else reading.number(n, what) for n in items
    )
    # No answer is below 0, so a band from 0 is open: it then lies on the edges like every other.
    low = None if low == 0 else low
    if low is None and high is None:
        raise blame(node, f"{what} holds everybody", "Write it like [30, 60]")
    return low, high


def _group_label(
    asked: Question | None,
    options: tuple[str, ...],
    band: tuple[float | None, float | None] | None,
    languages: tuple[str, ...],
) -> Text:
    if band is not None:
        return band_label(band, asked.unit if asked else None, languages)
    return joined_label(options, asked.options if asked else (), languages)
