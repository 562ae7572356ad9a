"""Answers that were given elsewhere, folded into an imported wave like any ballot.

A row is counted or refused as a whole. The same file can be replayed again, after a crash or with a
better map: each of its rows is a ballot of its own and counts once. An edited file is another file.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from survey.box.errors import NotYetOpen
from survey.box.fold import Ballots, Outcome, fold_many
from survey.box.layout import cells_of
from survey.box.model import Wave
from survey.config import Config
from survey.intake.ballots import ballot_hash, name_of
from survey.intake.errors import RefusedError, TableError
from survey.intake.readers.csv import Row, read_csv
from survey.intake.readers.map import SurveyMap
from survey.web.secret import load_or_create_secret

LARGEST = 200 * 1024 * 1024
"""Bytes of a file; the answers of a million people take less."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not counted, and one reason of perhaps several. Never quotes a cell."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column '{self.column}': {self.reason}"


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What became of a file. In a dry run `counted` says how many rows would be."""

    rows: int
    counted: int
    already: int
    """Rows that an earlier replay of the same file had counted."""
    refused: tuple[RefusedRow, ...]
    dry_run: bool


def replay(
    engine: Engine,
    config: Config,
    wave: Wave,
    source: Path,
    survey_map: SurveyMap,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> ReplayReport:
    """Count the rows of a file; `progress` is told how many more are done.

    Raises RefusedError where the wave takes no imported answers, TableError where the file cannot
    be read (then nothing was counted), and what the box raises.
    """
    require_origin(wave, "imported", "Replayed answers")
    data = _read(source)
    rows = read_csv(data, survey_map.columns, source.name)
    good, refused = sort_rows(rows, survey_map)
    if dry_run:
        return ReplayReport(len(rows), len(good), 0, refused, dry_run=True)
    secret = load_or_create_secret(config.secret_file)
    digest = hashlib.sha256(data).digest()
    responses = _responses(secret, wave, digest, good, survey_map)
    outcomes = count_outcomes(fold_many(engine, config, wave, responses), wave, progress)
    counted, already = outcomes.count(Outcome.COUNTED), outcomes.count(Outcome.ALREADY)
    return ReplayReport(len(rows), counted, already, refused, dry_run=False)


def sort_rows(
    rows: tuple[Row, ...], survey_map: SurveyMap
) -> tuple[tuple[Row, ...], tuple[RefusedRow, ...]]:
    """The rows that can be counted, and what is wrong with each of the others; pure."""
    good: list[Row] = []
    refused: list[RefusedRow] = []
    for row in rows:
        _, faults = survey_map.answers(row.cells)
        refused += (RefusedRow(row.line, fault.column, fault.reason) for fault in faults[:1])
        if not faults:
            good.append(row)
    return tuple(good), tuple(refused)


def require_origin(wave: Wave, origin: str, what: str) -> None:
    """Raises RefusedError or NotYetOpen unless the wave is open and was made for such answers."""
    if wave.origin != origin:
        raise RefusedError(
            f"{what} must not mix with real ones: the wave '{wave.slug}' has the origin "
            f"'{wave.origin}'. Make a wave with `--origin {origin}`."
        )
    if wave.state == "ready":
        raise NotYetOpen(wave.slug)
    if wave.state != "open":
        raise RefusedError(f"The wave '{wave.slug}' is closed: it takes no more answers.")


def count_outcomes(
    outcomes: Iterator[Outcome], wave: Wave, progress: Callable[[int], None]
) -> list[Outcome]:
    """Go through the outcomes. Raises RefusedError if the wave was closed meanwhile."""
    found: list[Outcome] = []
    for outcome in outcomes:
        if outcome is Outcome.CLOSED:
            raise RefusedError(
                f"The wave '{wave.slug}' was closed meanwhile: {len(found)} answers were counted."
            )
        found.append(outcome)
        progress(1)
    return found


def _responses(
    secret: bytes, wave: Wave, digest: bytes, rows: tuple[Row, ...], survey_map: SurveyMap
) -> Iterator[tuple[NDArray[np.intp], Ballots]]:
    for row in rows:
        answers, _ = survey_map.answers(row.cells)
        ballot = ballot_hash(secret, name_of(wave), "replay", digest + b"%d" % row.line)
        yield cells_of(wave.layout, answers), Ballots(ballot)


def _read(source: Path) -> bytes:
    try:
        with source.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise TableError(f"{source} cannot be read ({error.strerror}): give a CSV file.") from error
    if len(data) > LARGEST:
        raise TableError(f"{source} is larger than 200 MB: split it into several files.")
    return data
