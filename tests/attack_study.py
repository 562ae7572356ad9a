"""How often the attack finds something in made-up units; the table of docs/disclosure-control.md.

.venv/bin/python tests/attack_study.py 1000        # units; --processes 2 --first 0
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from attack_units import unit

from survey.release.attack import RuledOut, attack

ATTACKERS = ("outsider", "employer")
KINDS = (
    "exact sum",
    "forced answer",
    "contradiction",
    "forced filter",
    "exact sum by rare answers",
)


class Found(NamedTuple):
    """What one attacker found in one unit: findings by kind, and by kind and question."""

    attacker: str
    structured: bool
    kinds: frozenset[str]
    questions: frozenset[tuple[str, str]]


def one(seed: int) -> tuple[Found, ...]:
    """Both attackers on the unit of that seed."""
    made, ruled_out = unit(seed), RuledOut()
    results = []
    for attacker in reversed(ATTACKERS):  # first the one who knows more
        found = attack(made.release, getattr(made, attacker), ruled_out=ruled_out)
        kinds = frozenset(f.kind for f in found)
        asked = frozenset((f.kind, f.question) for f in found)
        results.append(Found(attacker, made.structured, kinds, asked))
    return tuple(results)


def study(seeds: Iterable[int], processes: int = 2, every: int = 100) -> list[Found]:
    """All units of these seeds; what was found so far goes to standard error now and then."""
    results: list[Found] = []
    with ProcessPoolExecutor(processes) as pool:
        for done, pair in enumerate(pool.map(one, seeds, chunksize=4), start=1):
            results += pair
            if done % every == 0:
                print(f"after {done} units:\n{table(results)}\n", file=sys.stderr, flush=True)
    return results


def table(results: list[Found]) -> str:
    """Markdown: in how many units something was found, by attacker and kind."""
    lines = [f"| attacker, units | n | {' | '.join(KINDS)} |", "| --- " * (2 + len(KINDS)) + "|"]
    for attacker in ATTACKERS:
        for structured, name in ((False, "unstructured"), (True, "structured")):
            mine = [r for r in results if (r.attacker, r.structured) == (attacker, structured)]
            counts = [sum(k in r.kinds for r in mine) for k in KINDS]
            lines.append(f"| {attacker}, {name} | {len(mine)} | {' | '.join(map(str, counts))} |")
    asked = Counter((r.attacker, *q) for r in results for q in r.questions)
    lines += ["", "| attacker | kind | question | units |", "| --- " * 4 + "|"]
    lines += [f"| {' | '.join(key)} | {many} |" for key, many in sorted(asked.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("units", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    print(table(study(range(given.first, given.first + given.units), given.processes)))
