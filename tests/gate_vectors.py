"""Golden vectors of layout, gate and release; writes tests/vectors/{layout,gate,release}.json anew.

PYTHONPATH=. .venv/bin/python tests/gate_vectors.py
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from factories import EXAMPLE
from release_brute import tally_of
from release_factory import ask, facts, simulated, tally

from survey.box.layout import build_layout, cells_of
from survey.instrument.load import parse_definition
from survey.instrument.model import Answers, Headcounts
from survey.release.build import build_release
from survey.release.gate import choose_groups
from survey.release.serialize import to_json

HERE = Path(__file__).parent / "vectors"
PAIRS_OF = 40
"""Cases of the gate."""


def layout_vectors() -> dict[str, Any]:
    """Where the cells of a definition lie, its fingerprint, and the cells of some answers."""
    definition = parse_definition(EXAMPLE, "vectors")
    layout = build_layout(definition)
    answers = list(simulated(definition, 12, seed=3))
    answers += [{}, {"role": "nurse", "leave": "likely", "leave-why": frozenset({"pay"})}]
    return {
        "format": "survey-vectors-layout/1",
        "definition": EXAMPLE,
        "fingerprint": layout.fingerprint,
        "cells": layout.size,
        "questions": [
            {
                "id": q.question.id,
                "width": q.width,
                "unit": q.unit,
                "groups": list(q.groups),
                "sizes": list(q.sizes),
                "joint": q.joint,
            }
            for q in layout.questions
        ],
        "answers": [
            {"given": written(a), "cells": sorted(map(int, cells_of(layout, a)))} for a in answers
        ],
    }


def gate_vectors() -> dict[str, Any]:
    """Joint counts of who answered, and which groups are shown."""
    rng = np.random.default_rng(5)
    cases = []
    for index in range(PAIRS_OF):
        rows, columns = (int(n) for n in rng.integers(2, 7, size=2))
        mean = rng.choice([0.3, 1.5, 4.0], size=(rows, columns))
        joint = rng.poisson(mean * rng.dirichlet(np.full(columns, 1.0), size=rows) * columns)
        k = (5, 5, 6, 8)[index % 4]
        cases.append({"k": k, "joint": joint.tolist(), "shown": shown_in(joint.tolist(), k)})
    return {"format": "survey-vectors-gate/1", "cases": cases}


def shown_in(joint: list[list[int]], k: int) -> list[list[int]] | None:
    """What the gate shows of a question that is not sensitive, where all groups may be shown."""
    sizes = (len(joint), len(joint[0]))
    people = [(a, b) for a, row in enumerate(joint) for b, n in enumerate(row) for _ in range(n)]
    question = ask("q", "choice", "yes", "no", by=("a", "b"))
    answered = tally_of(question, people, [[0]] * len(people), sizes)
    everything = tuple(frozenset(range(size - 1)) for size in sizes)
    shown = choose_groups((answered,), k, everything)
    return None if shown is None else [sorted(groups) for groups in shown]


def release_vectors() -> dict[str, Any]:
    """Opened totals, and the very bytes of the release."""
    definition = parse_definition(EXAMPLE, "vectors")
    layout = build_layout(definition)
    cases = []
    for people, access in ((3, "codes"), (40, "codes"), (160, "codes"), (160, "open")):
        totals, responses = tally(layout, simulated(definition, people, seed=people))
        cases.append(
            {
                "access": access,
                "responses": responses,
                "totals": totals.tolist(),
                **released(totals.tolist(), responses, access),
            }
        )
    return {
        "format": "survey-vectors-release/1",
        "definition": EXAMPLE,
        "campaign": "Riverside Behavioral Health",
        "wave": "riverside-2026",
        "origin": "simulated",
        "closed": "2026-11",
        "headcounts": {"unit": 300, "role": {"therapist": 120, "manager": 60}},
        "cases": cases,
    }


def released(totals: list[int], responses: int, access: str) -> dict[str, str]:
    """The release of these totals, as text, and the digest of its bytes."""
    layout = build_layout(parse_definition(EXAMPLE, "vectors"))
    known = Headcounts(300, {"role": {"therapist": 120, "manager": 60}})
    wave = facts(responses, access=access, headcounts=known)
    body = to_json(build_release(layout, np.array(totals, dtype=np.uint32), wave))
    return {"release": body.decode(), "sha256": hashlib.sha256(body).hexdigest()}


def written(answers: Answers) -> dict[str, Any]:
    """Answers as JSON has them: ticked options in a sorted list."""
    return {q: sorted(a) if isinstance(a, frozenset) else a for q, a in answers.items()}


def files() -> dict[str, str]:
    """The text of each file by its name."""
    made = {"layout": layout_vectors(), "gate": gate_vectors(), "release": release_vectors()}
    return {
        f"{name}.json": json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        for name, content in made.items()
    }


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, "utf-8")
        print(f"Wrote {HERE / name}")
