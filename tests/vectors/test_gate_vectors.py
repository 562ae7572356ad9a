"""Layout, gate and release give what the golden vectors say, from their inputs alone."""

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from gate_vectors import released, shown_in

from survey.box.layout import build_layout, cells_of
from survey.instrument.load import parse_definition
from survey.release.audit import audit
from survey.release.serialize import from_json, to_json

HERE = Path(__file__).parent


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    assert found["format"] == f"survey-vectors-{name}/1"
    assert found["format"] in (HERE / "README.md").read_text("utf-8")
    return found


LAYOUT, GATE, RELEASE = vectors("layout"), vectors("gate"), vectors("release")


def test_the_layout_of_a_definition() -> None:
    layout = build_layout(parse_definition(LAYOUT["definition"]))
    assert layout.fingerprint == LAYOUT["fingerprint"]
    assert layout.size == LAYOUT["cells"]
    for place, told in zip(layout.questions, LAYOUT["questions"], strict=True):
        assert place.question.id == told["id"]
        assert [place.width, place.unit, place.joint] == [
            told["width"],
            told["unit"],
            told["joint"],
        ]
        assert [list(place.groups), list(place.sizes)] == [told["groups"], told["sizes"]]


def test_a_reader_of_the_description_lays_the_cells_out_alike() -> None:
    """Only from the README: tables follow one another without a gap, then the joint counts."""
    starts = []
    for q in LAYOUT["questions"]:
        starts += [q["unit"], *q["groups"]]
        assert q["groups"] == [
            q["unit"] + q["width"] * (1 + sum(q["sizes"][:i])) for i in range(len(q["sizes"]))
        ]
        if q["joint"] is not None:
            assert q["joint"] == q["unit"] + q["width"] * (1 + sum(q["sizes"]))
            starts.append(q["joint"])
    assert all(a < b for a, b in pairwise(starts))


def test_the_cells_of_answers() -> None:
    layout = build_layout(parse_definition(LAYOUT["definition"]))
    for answer in LAYOUT["answers"]:
        given = {q: frozenset(a) if isinstance(a, list) else a for q, a in answer["given"].items()}
        assert sorted(cells_of(layout, given)) == answer["cells"]


@pytest.mark.parametrize("case", GATE["cases"])
def test_the_gate_of_joint_counts(case: dict[str, Any]) -> None:
    assert shown_in(case["joint"], case["k"]) == case["shown"]


def test_every_cut_of_what_the_vectors_show_holds_k_people() -> None:
    """By networkx alone, on the graph as the README describes it."""
    for case in GATE["cases"]:
        if case["shown"] is None:
            assert sum(map(sum, case["joint"])) < case["k"]
            continue
        graph = nx.Graph()
        rows, columns = (set(groups) for groups in case["shown"])
        for i, row in enumerate(case["joint"]):
            for j, people in enumerate(row):
                ends = ("row", i if i in rows else "*"), ("column", j if j in columns else "*")
                if people:
                    known = graph.get_edge_data(*ends, default={"weight": 0})["weight"]
                    graph.add_edge(*ends, weight=known + people)
        for part in nx.connected_components(graph):
            assert nx.stoer_wagner(graph.subgraph(part))[0] >= case["k"]


@pytest.mark.parametrize("case", RELEASE["cases"], ids=lambda c: f"{c['responses']}-{c['access']}")
def test_the_bytes_of_a_release(case: dict[str, Any]) -> None:
    assert released(case["totals"], case["responses"], case["access"]) == {
        "release": case["release"],
        "sha256": case["sha256"],
    }
    body = case["release"].encode()
    assert hashlib.sha256(body).hexdigest() == case["sha256"]
    assert to_json(from_json(body)) == body
    assert audit(from_json(body)) == ()
