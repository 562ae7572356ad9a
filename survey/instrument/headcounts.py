"""How many people work in the unit and its groups, read from YAML."""

from survey.instrument.model import Breakdown, Definition, Headcounts
from survey.instrument.nodes import Node, blame
from survey.instrument.reading import flag, keys, whole

MOST = 1_000_000


def read_headcounts(root: Node, definition: Definition) -> Headcounts:
    """`{unit: 240, role: {therapist: 120}, estimate: true}`; every part may be left out.

    Raises DefinitionError for names the definition does not have and numbers that cannot be.
    """
    breakdowns = {b.id: b for b in definition.breakdowns}
    found = keys(root, "the headcount file", ("unit", "estimate", *breakdowns))
    unit = whole(found["unit"], "unit", 1, MOST) if "unit" in found else None
    estimate = flag(found["estimate"], "estimate") if "estimate" in found else False
    groups = {
        bid: _groups(node, breakdowns[bid], None if estimate else unit)
        for bid, node in found.items()
        if bid in breakdowns
    }
    return Headcounts(unit, groups, estimate)


def _groups(node: Node, breakdown: Breakdown, unit: int | None) -> dict[str, int]:
    what = f"'{breakdown.id}'"
    found = keys(node, what, [g.id for g in breakdown.groups])
    people = {gid: whole(n, f"'{gid}' of {what}", 0, MOST) for gid, n in found.items()}
    total = sum(people.values())
    if unit is not None and total > unit:
        message = f"the groups of {what} hold {total} people, but the unit only {unit}"
        raise blame(node, message, "Correct one of them, or add 'estimate: true'")
    return people
