"""The gate: which groups of a question can be shown without exposing anybody.

Guarantee: no linear combination of the tables published for a question is about fewer than `t`
people (`t` is k, or 2k for a sensitive question). The tables of one breakdown share nobody, so
there it is enough that each holds `t`. Over two breakdowns a combination is a potential on the
graph whose nodes are the shown groups and "all others" of either side, and whose edges are the
people who answered: it is about the people whose two ends differ, and the smallest such set is a
minimum cut of a connected component (Stoer and Wagner 1997).

Pure and deterministic: the frozen tallies and the definition's k are all it looks at.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from survey.box.layout import Tally
from survey.instrument.model import Question
from survey.release.sensitive import Filters, Rule

Shown = tuple[frozenset[int], ...]
"""Per breakdown of the question: indices of the groups whose tables are shown."""
Bundle = tuple[Tally, ...]
"""Questions that are gated as one: a family, or a single question. They share base and pair."""
Place = tuple[int, int]
"""A group: index of its breakdown among the question's, index in the breakdown."""


def threshold(questions: Sequence[Question], k: int) -> int:
    """The fewest people anything published about these questions may be about."""
    return 2 * k if any(q.sensitive for q in questions) else k


def choose_groups(
    bundle: Bundle, k: int, allowed: Shown, filters: Filters | None = None
) -> Shown | None:
    """The groups of `allowed` that can be shown; None where the whole question is hidden."""
    base = bundle[0]
    rules = [Rule(tally, (filters or {}).get(tally.question.id, ())) for tally in bundle]
    t = threshold([tally.question for tally in bundle], k)
    if base.n < t or not all(rule.unit_stands() for rule in rules):
        return None
    possible = tuple(
        frozenset(g for g in groups if base.answered[b][g] >= t) for b, groups in enumerate(allowed)
    )
    shown = possible
    while (group := _first_to_hide(rules, t, shown)) is not None:
        shown = _with(shown, group, show=False)
    for group in _largest_first(base, possible, shown):
        wider = _with(shown, group, show=True)
        if _first_to_hide(rules, t, wider) is None:
            shown = wider
    return shown


def weakest_cut(joint: NDArray[np.int64], t: int) -> tuple[int, frozenset[int]] | None:
    """The smallest cut about fewer than `t` people as (people, nodes of its lighter side).

    `joint` holds people by row and column; nodes are the rows, then the columns. None if every
    cut of every connected component holds at least `t`. Ends of an edge of `t` people are never
    parted by such a cut, so they are joined first, which mostly leaves nothing to search.
    """
    import networkx as nx  # late: reading it takes longer than most commands

    weights, members = _join_heavy(joint, t)
    graph: nx.Graph[int] = nx.Graph()
    for i, j in np.argwhere(np.triu(weights) > 0).tolist():
        graph.add_edge(i, j, weight=int(weights[i, j]))
    best: tuple[int, frozenset[int]] | None = None
    people = np.concatenate([joint.sum(axis=1), joint.sum(axis=0)])
    for component in sorted(nx.connected_components(graph), key=min):
        # Rebuilt in rising order, so that ties between cuts never depend on hashing.
        part: nx.Graph[int] = nx.Graph()
        part.add_nodes_from(sorted(component))
        part.add_weighted_edges_from(sorted(graph.subgraph(component).edges(data="weight")))
        cut, sides = nx.stoer_wagner(part)
        if cut < t and (best is None or cut < best[0]):
            nodes = [frozenset(m for node in side for m in members[node]) for side in sides]
            best = int(cut), min(nodes, key=lambda s: (sum(people[m] for m in s), -min(s)))
    return best


def _join_heavy(
    joint: NDArray[np.int64], t: int
) -> tuple[NDArray[np.int64], dict[int, tuple[int, ...]]]:
    rows, columns = joint.shape
    weights = np.zeros((rows + columns, rows + columns), dtype=np.int64)
    weights[:rows, rows:] = joint
    weights[rows:, :rows] = joint.T
    members: dict[int, tuple[int, ...]] = {node: (node,) for node in range(rows + columns)}
    while (weights >= t).any():
        i, j = divmod(int(np.argmax(weights >= t)), rows + columns)
        weights[i] += weights[j]
        weights[:, i] += weights[:, j]
        weights[j] = weights[:, j] = weights[i, i] = 0
        members[i] += members.pop(j)
    return weights, members


def _first_to_hide(rules: Sequence[Rule], t: int, shown: Shown) -> Place | None:
    """The next group to hide, or None where everything passes."""
    base = rules[0].tally
    for b, groups in enumerate(shown):
        # All others alone are a cut as well: the cheap one to look at first.
        rest = base.n - sum(base.answered[b][g] for g in groups)
        if 0 < rest < t:
            return _smallest(base, ((b, g) for g in groups))
    if base.joint is not None and (group := _in_cut(base, t, shown)) is not None:
        return group
    return _gives_away(rules, shown)


def _in_cut(base: Tally, t: int, shown: Shown) -> Place | None:
    places = [[(b, g) for g in sorted(groups)] for b, groups in enumerate(shown)]
    cut = weakest_cut(joint_of_nodes(base, shown), t)
    if cut is None:
        return None
    rows = len(places[0])
    at: dict[int, Place] = dict(enumerate(places[0]))
    at |= {rows + 1 + i: place for i, place in enumerate(places[1])}
    inside = [at[node] for node in cut[1] if node in at]
    if not inside:  # only all others: what they lack is another group of their breakdown
        inside = [
            p
            for b, others in ((0, rows), (1, rows + 1 + len(places[1])))
            for p in places[b]
            if others in cut[1]
        ]
    return _smallest(base, inside or [*places[0], *places[1]])


def joint_of_nodes(base: Tally, shown: Shown) -> NDArray[np.int64]:
    """People by table of the first and of the second breakdown; all others come last in each."""
    joint = np.array(base.joint, dtype=np.int64)
    for axis, groups in enumerate(shown):
        kept = sorted(groups)
        hidden = sorted(set(range(joint.shape[axis])) - groups)
        others = joint.take(hidden, axis=axis).sum(axis=axis, keepdims=True)
        joint = np.concatenate([joint.take(kept, axis=axis), others], axis=axis)
    return joint


def _gives_away(rules: Sequence[Rule], shown: Shown) -> Place | None:
    for rule in rules:
        for b, groups in enumerate(shown):
            for g in sorted(groups):
                if not rule.group_stands(b, g):
                    return b, g
            if not rule.others_stand(b, groups):
                return _smallest(rule.tally, ((b, g) for g in groups))
    return None


def _smallest(base: Tally, places: Iterator[Place] | list[Place]) -> Place:
    return min(places, key=lambda p: (base.answered[p[0]][p[1]], -p[0], -p[1]))


def _largest_first(base: Tally, possible: Shown, shown: Shown) -> list[Place]:
    hidden = [(b, g) for b, groups in enumerate(possible) for g in groups - shown[b]]
    return sorted(hidden, key=lambda p: (-base.answered[p[0]][p[1]], p))


def _with(shown: Shown, group: Place, *, show: bool) -> Shown:
    b, g = group
    changed = shown[b] | {g} if show else shown[b] - {g}
    return (*shown[:b], changed, *shown[b + 1 :])
