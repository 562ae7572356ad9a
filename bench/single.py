"""Things timed once in process: a fold, an opening, the brief as PDF, the first visit."""

import gzip
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from reports.exports.registry import export
from survey import create_app
from survey.box.fold import Ballots, Folder, fold_many
from survey.box.keys import read_key_file
from survey.box.layout import cells_of
from survey.box.model import NewWave, Wave
from survey.box.waves import create_wave, key_file
from survey.cli.base import open_store
from survey.config import Config, load_config
from survey.instrument.library import LIBRARY
from survey.intake.people import answers_of_person
from survey.release.ceremony import close_wave, preview

FULL = "behavioral-health-full"


@dataclass(frozen=True, slots=True)
class Place:
    """A wave of its own in a throwaway folder."""

    config: Config
    engine: Engine
    wave: Wave


@contextmanager
def place(text: str) -> Iterator[Place]:
    """A new wave with that definition."""
    with tempfile.TemporaryDirectory(prefix="survey-bench-") as folder:
        config = load_config({"SURVEY_DATA": f"{folder}/data"})
        engine = open_store(config)
        new = NewWave("bench", text, "bench", "Bench", access="open", origin="simulated")
        yield Place(config, engine, create_wave(engine, config, new))
        engine.dispose()


def wide(cells: int = 20_000) -> str:
    """A definition of about that many cells: questions by two breakdowns."""
    groups = 25
    options = ", ".join(f"o{i}: {{en: Option {i}}}" for i in range(groups))
    lines = [
        "format: survey-definition/1",
        "id: wide",
        "title: {en: Wide}",
        "languages: [en]",
        "k: 5",
        "breakdowns:",
        *(
            f"  {b}: {{from: {b}, groups: {{{', '.join(f'g{i}: [o{i}]' for i in range(groups))}}}}}"
            for b in ("one", "two")
        ),
        "sections:",
        "  - id: all",
        "    title: {en: All}",
        "    questions:",
        *(
            f"      - {{id: {b}, kind: choice, text: {{en: Which?}}, options: {{{options}}}}}"
            for b in ("one", "two")
        ),
    ]
    per_question = 25 + 2 * 26 * 25 + 26 * 26
    lines += [
        f"      - {{id: q{i}, kind: choice, by: [one, two], text: {{en: Which?}}, "
        f"options: {{{options}}}}}"
        for i in range(round(cells / per_question))
    ]
    return "\n".join(lines) + "\n"


def fold_cost(folds: int = 400) -> tuple[int, float, float]:
    """Cells of the layout; CPU and wall ms of one fold of one answer, median over `folds`."""
    with place(wide()) as at:
        folder = Folder(at.engine, at.config, at.wave)
        size = at.wave.layout.size
        wall, cpu = [], []
        for index in range(folds):
            cells = np.arange(index % 7, size, 300, dtype=np.intp)
            ballots = Ballots(index.to_bytes(32, "big"))
            start, start_cpu = time.perf_counter(), time.process_time()
            folder.fold(cells, ballots)
            wall.append(1e3 * (time.perf_counter() - start))
            cpu.append(1e3 * (time.process_time() - start_cpu))
        return size, float(np.median(cpu)), float(np.median(wall))


def opening(answers: int = 2000) -> tuple[float, float]:
    """Seconds to open a closed box of that many answers (preview), and to write the brief."""
    with place(LIBRARY[FULL].read_text("utf-8")) as at:
        for _ in fold_many(at.engine, at.config, at.wave, responses(at.wave, answers), at_once=1):
            pass
        close_wave(at.engine, at.config, "bench")
        key = read_key_file(key_file(at.config, "bench"), at.wave)
        start = time.perf_counter()
        release = preview(at.engine, at.config, "bench", key)
        opened = time.perf_counter()
        export(release, "pdf")
        return opened - start, time.perf_counter() - opened


def responses(wave: Wave, number: int) -> Iterator[tuple[NDArray[np.intp], Ballots]]:
    """Made-up people; each is committed alone, which makes as many sealed seeds as there can be."""
    for index in range(number):
        answers = answers_of_person(wave.definition, 1, index)
        yield cells_of(wave.layout, answers), Ballots(index.to_bytes(32, "big"))


def first_visit() -> tuple[int, int]:
    """Bytes over the wire (gzip, headers left out) and requests of a first visit to the survey."""
    with place(LIBRARY[FULL].read_text("utf-8")) as at:
        browser = create_app(at.config).test_client()
        page = browser.get("/s/bench", headers={"Accept-Encoding": "gzip"})
        total, requests = len(page.data), 1
        html = gzip.decompress(page.data).decode()
        for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', html):
            total += len(gzip.compress(browser.get(url).data, 6))
            requests += 1
        return total, requests
