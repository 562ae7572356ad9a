"""What `check` says of a release that it tries out many times before anybody is asked."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import groupby
from multiprocessing import get_context

import click

from survey.cli.base import progress
from survey.instrument.model import Definition, Headcounts
from survey.instrument.predict import RESPONSE, predict
from survey.release.plan import Chance, Place, chances, merges, one_run, unit_size


def simulated(
    definition: Definition, headcounts: Headcounts, runs: int
) -> tuple[frozenset[Place], ...]:
    """What each of `runs` made-up releases shows, over all cores, with a progress bar."""
    found: list[frozenset[Place]] = []
    with (
        progress("Trying the release out", runs) as advance,
        # Started anew, not forked: the progress bar has a thread.
        ProcessPoolExecutor(min(os.cpu_count() or 1, runs), get_context("spawn")) as pool,
    ):
        for shown in pool.map(partial(one_run, definition, headcounts), range(runs)):
            found.append(shown)
            advance(1)
    return tuple(found)


def tell_chances(definition: Definition, headcounts: Headcounts, runs: int) -> None:
    """Say how likely each table is shown, and propose merges; nothing where no size is known."""
    if not runs or not unit_size(definition, headcounts):
        return
    found = chances(definition, simulated(definition, headcounts, runs))
    click.echo(
        f"\nHow likely each table is shown, in {runs} releases of made-up answers where "
        f"{RESPONSE:.0%} take part:"
    )
    for line in chance_lines(found):
        click.echo(line)
    said = {p.breakdown for p in predict(definition, headcounts) if p.merge}
    for breakdown, text in merges(definition, headcounts, found).items():
        if breakdown not in said:
            click.echo(f"\nGroups of '{breakdown}' would mostly be hidden. Merged, to paste:")
            click.echo(text, nl=False)


def chance_lines(found: tuple[Chance, ...]) -> Iterator[str]:
    """One line for each question and breakdown; groups that are always shown go unnamed."""
    for (question, breakdown), several in groupby(found, key=lambda c: (c.question, c.breakdown)):
        where = f"{question} by {breakdown}" if breakdown else question
        rare = [c for c in several if c.shown < 1]
        parts = (f"{c.group} {c.shown:.0%}" if c.group else f"{c.shown:.0%}" for c in rare)
        yield f"{where}: {', '.join(parts) if rare else 'always'}"
