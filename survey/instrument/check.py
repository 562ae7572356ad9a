"""The checker: may these questions and breakdowns stand together?  Pure.

One answer makes one published question. Where a second table could be set against a first and
leave a difference of few people, the definition is refused here, before anybody has answered.
"""

from collections import Counter
from dataclasses import replace

from survey.instrument.model import Breakdown, Definition, Question, Section
from survey.instrument.reading import Places, suggest

MAX_QUESTIONS = 120
MAX_CELLS = 50_000
"""A fold costs about 1 ms at 20,000 cells."""

RESERVED = frozenset({"code", "dataset", "form", "review"})
"""What a worker's page sends beside the answers, and what its script asks the form for: an input
of that name would hide it."""
RESERVED_BREAKDOWNS = frozenset({"unit", "estimate"})
"""Names that the headcount file uses itself."""


def inherit(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """A filtered question is as sensitive as its filter: being asked it tells the answer."""
    sensitive: set[str] = set()
    done: list[Section] = []
    for section in sections:
        questions: list[Question] = []
        for q in section.questions:
            told = q.sensitive or (q.show_if is not None and q.show_if.question in sensitive)
            sensitive |= {q.id} if told else set()
            questions.append(replace(q, sensitive=told))
        done.append(replace(section, questions=tuple(questions)))
    return tuple(done)


def check(definition: Definition, where: Places) -> None:
    """Raise DefinitionError for the first rule that the definition breaks.

    `where` has the lines of ("question", id, key), ("breakdown", id, key), ("group", id, group id)
    and ("section", id), as far as there are any.
    """
    _check_ids(definition, where)
    _check_size(definition, where)
    for breakdown in definition.breakdowns:
        _check_breakdown(definition, breakdown, where)
    earlier: dict[str, Question] = {}
    for question in definition.questions:
        _check_by(definition, question, where)
        if question.show_if is not None:
            _check_filter(question, earlier, where)
        earlier[question.id] = question
    _check_families(definition, where)


def _check_ids(definition: Definition, where: Places) -> None:
    scopes = {
        "question": [q.id for q in definition.questions],
        "section": [s.id for s in definition.sections],
        "breakdown": [b.id for b in definition.breakdowns],
    }
    for scope, ids in scopes.items():
        for name, times in Counter(ids).items():
            if times > 1:
                message = f"there are {times} {scope}s with the id '{name}'"
                raise where.blame((scope, name), message, "Give each an id of its own")
            taken = {"question": RESERVED, "breakdown": RESERVED_BREAKDOWNS}.get(scope, frozenset())
            if name in taken:
                message = f"the id '{name}' is used by the program itself"
                raise where.blame((scope, name), message, f"Write another, such as 'my-{name}'")


def _check_size(definition: Definition, where: Places) -> None:
    asked = len(definition.questions)
    if asked > MAX_QUESTIONS:
        message = f"there are {asked} questions"
        raise where.blame((), message, f"Ask at most {MAX_QUESTIONS}; 25 take six minutes")
    sizes = {b.id: len(b.groups) + 1 for b in definition.breakdowns}
    cells = sum(_cells(q, sizes) for q in definition.questions)
    if cells > MAX_CELLS:
        largest = max(definition.questions, key=lambda q: _cells(q, sizes))
        message = f"the survey needs {cells} counters, more than {MAX_CELLS}"
        fix = f"Use fewer groups, options or 'by'; '{largest.id}' takes the most"
        raise where.blame(("question", largest.id), message, fix)


def _cells(question: Question, sizes: dict[str, int]) -> int:
    """As the box lays them out: a table per group, and joint counts over a pair."""
    width = question.cells + (question.kind == "choices")
    groups = [sizes.get(b, 1) for b in question.by]
    pair = groups[0] * groups[1] if len(groups) == 2 else 0
    return width * (1 + sum(groups)) + pair


def _check_breakdown(definition: Definition, breakdown: Breakdown, where: Places) -> None:
    at = ("breakdown", breakdown.id, "from")
    what = f"breakdown '{breakdown.id}'"
    questions = {q.id: q for q in definition.questions}
    source = questions.get(breakdown.source)
    if source is None:
        message = f"{what} comes from '{breakdown.source}', which is no question"
        raise where.blame(at, message, suggest(breakdown.source, questions, "Name a question"))
    if why := _unfit(source, breakdown):
        raise where.blame(at, f"{what} cannot come from '{source.id}': {why[0]}", why[1])
    if source.kind == "number":
        _check_bands(breakdown, source, where)
    else:
        _check_groups(breakdown, source, where)


def _unfit(source: Question, breakdown: Breakdown) -> tuple[str, str] | None:
    """Why a question cannot be the source of a breakdown, and what to do; None if it can."""
    banded = any(g.band is not None for g in breakdown.groups)
    wanted = "bands" if source.kind == "number" else "groups"
    another = "Take another question"
    reasons = (
        (
            source.kind == "choices",
            "people tick several of its answers, so they have no one group",
            another,
        ),
        (
            (source.kind == "number") != banded,
            f"its kind is {source.kind}",
            f"Write '{wanted}' instead",
        ),
        (
            source.sensitive,
            "it is sensitive, and every table by it would tell its answer",
            another,
        ),
        (
            source.show_if is not None,
            "it is not asked of everybody",
            f"{another}, or remove its 'show_if'",
        ),
        (
            source.family is not None,
            "it is in a family, which counts whole answers only",
            "Remove its 'family'",
        ),
        (
            source.kind != "number" and bool(source.by),
            "it is itself shown by other groups",
            f"Remove 'by' from question '{source.id}'",
        ),
    )
    return next(((why, fix) for unfit, why, fix in reasons if unfit), None)


def _check_groups(breakdown: Breakdown, source: Question, where: Places) -> None:
    known = [o.id for o in source.options]
    owner: dict[str, str] = {}
    for group in breakdown.groups:
        at = ("group", breakdown.id, group.id)
        what = f"group '{group.id}' of breakdown '{breakdown.id}'"
        if not group.options:
            raise where.blame(at, f"{what} is empty", "Name the options that belong to it")
        for option in group.options:
            if option not in known:
                message = f"{what} names '{option}', which is no option of '{source.id}'"
                raise where.blame(at, message, suggest(option, known, "The options are"))
            if option in owner:
                message = f"option '{option}' is in the groups '{owner[option]}' and '{group.id}'"
                raise where.blame(at, message, "Keep it in one of them")
            owner[option] = group.id


def _check_bands(breakdown: Breakdown, source: Question, where: Places) -> None:
    """Bands cut at the source's edges only: a band and a bin may not differ by a few people."""
    before: float | None = None
    for index, group in enumerate(breakdown.groups):
        at = ("group", breakdown.id, group.id)
        what = f"band '{group.id}' of breakdown '{breakdown.id}'"
        low, high = group.band or (None, None)
        for end in (low, high):
            if end is not None and end not in source.edges:
                edges = ", ".join(f"{e:g}" for e in source.edges)
                message = f"{what} ends at {end:g}, which is no edge of '{source.id}'"
                raise where.blame(at, message, f"Use one of its edges: {edges}")
        if low is not None and high is not None and low >= high:
            raise where.blame(at, f"{what} does not rise", "Write the smaller number first")
        if index > 0 and (low is None or low != before):
            end_before = "an open end" if before is None else f"{before:g}"
            message = f"{what} does not begin where the one before it ends ({end_before})"
            raise where.blame(at, message, "Write the bands from low to high without gaps")
        before = high


def _check_by(definition: Definition, question: Question, where: Places) -> None:
    at = ("question", question.id, "by")
    what = f"question '{question.id}'"
    breakdowns = {b.id: b for b in definition.breakdowns}
    for bid in question.by:
        if bid not in breakdowns:
            message = f"{what} is shown by '{bid}', which is no breakdown"
            raise where.blame(at, message, suggest(bid, breakdowns, "Name a breakdown"))
        if breakdowns[bid].source == question.id:
            message = f"{what} is shown by '{bid}', which is made of its own answers"
            raise where.blame(at, message, f"Remove '{bid}'")
    if len(question.by) > 2:
        message = f"{what} is shown by {len(question.by)} breakdowns"
        raise where.blame(at, message, "Keep at most 2, the ones you will use")
    if question.sensitive and len(question.by) > 1:
        message = f"{what} is sensitive and shown by {len(question.by)} breakdowns"
        raise where.blame(at, message, "Keep 1")


def _check_filter(question: Question, earlier: dict[str, Question], where: Places) -> None:
    assert question.show_if is not None  # noqa: S101 - for the type checker
    at = ("question", question.id, "show_if")
    what = f"question '{question.id}'"
    name = question.show_if.question
    source = earlier.get(name)
    if source is None:
        message = f"{what} depends on '{name}', which is no question before it"
        raise where.blame(at, message, suggest(name, earlier, "Name an earlier question"))
    if source.kind == "number":
        raise where.blame(
            at, f"{what} depends on the number '{name}'", "Depend on a choice, scale or choices"
        )
    if source.family is not None:
        message = f"{what} depends on '{name}', which is in a family and counts only as a whole"
        raise where.blame(at, message, f"Remove 'family' from '{name}'")
    known = [o.id for o in source.options]
    for option in question.show_if.options:
        if option not in known:
            message = f"{what} depends on '{option}', which is no option of '{name}'"
            raise where.blame(at, message, suggest(option, known, "The options are"))
    for bid in question.by:
        if bid not in source.by:
            message = f"{what} is shown by '{bid}', but '{name}', on which it depends, is not"
            fix = f"Remove '{bid}', or add it to 'by' of '{name}'"
            raise where.blame(("question", question.id, "by"), message, fix)


def _check_families(definition: Definition, where: Places) -> None:
    families: dict[str, list[Question]] = {}
    for question in definition.questions:
        if question.family is not None:
            families.setdefault(question.family, []).append(question)
    for family, (first, *others) in families.items():
        if not others:
            message = f"'{first.id}' is alone in the family '{family}'"
            fix = "Give its near-duplicates the same family, or remove it"
            raise where.blame(("question", first.id, "family"), message, fix)
        for other in others:
            for key in ("kind", "by", "show_if", "sensitive", "edges"):
                if getattr(first, key) != getattr(other, key):
                    message = f"'{first.id}' and '{other.id}' are one family but differ in '{key}'"
                    at = ("question", other.id, key)
                    raise where.blame(at, message, "Write the same for both")
