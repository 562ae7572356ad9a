"""What the gate leaves of numbers and of sensitive questions in made-up units, to compare versions.

PYTHONPATH=.:tests:tests/release .venv/bin/python tests/gate_use.py      # some minutes
"""

from collections.abc import Iterable, Iterator

from attack_units import unit
from release_factory import release_of
from test_gate_scale import crowd, pair
from test_numbers_use import wave

from survey.release.model import OTHERS, Release

SENSITIVE = ("leave", "why")


def left(releases: Iterable[Release]) -> tuple[int, ...]:
    """Tables of numbers, their bins, medians; people whose group is shown in any, in SENSITIVE."""
    tables = bins = medians = shown = sensitive = 0
    for question, table in ((q, t) for r in releases for q in r.questions for t in q.tables):
        if question.kind == "number" and table.group != OTHERS:
            tables += 1
            bins += len(table.bins)
            medians += table.quantile("p50") is not None
        if table.group not in (None, OTHERS):
            shown += table.n
            sensitive += table.n if question.id in SENSITIVE else 0
    return tables, bins, medians, shown, sensitive


def kinds() -> Iterator[tuple[str, list[Release]]]:
    """Units by name."""
    made = [unit(seed) for seed in range(200)]
    yield "unstructured", [u.release for u in made if not u.structured]
    yield "structured", [u.release for u in made if u.structured]
    for people in (120, 194, 260, 600):
        yield f"built-in, {people} people", [wave(people, seed) for seed in (1, 2, 3)]
    large = pair(8, 40, questions=12)
    yield "1,000 people, 8 x 40", [release_of(large, crowd(large, 1000, 1))]


if __name__ == "__main__":
    print("| units | tables of numbers | bins | medians | people's groups shown | sensitive |")
    print("| --- " * 6 + "|")
    for name, releases in kinds():
        print(f"| {name} | {' | '.join(f'{n:,}' for n in left(releases))} |", flush=True)
