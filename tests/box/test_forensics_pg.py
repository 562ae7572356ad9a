"""Every file of a PostgreSQL server after every commit, and all keys there are: one total.

The attacker copied the server's whole data folder, dead rows and write-ahead log and all, after a
checkpoint at each commit. The attacks are in forensics_kit.py; here is what is particular to it.
"""

from collections.abc import Iterator

import pytest
from boxkit import DEFINITION, World, hashed
from forensics_kit import keys_that_open, windows
from forensics_wave import (
    ANSWERS,
    Case,
    check_that_all_together_yields_one_total,
    check_that_hashes_leave_together,
    run,
    shuffled_in_flushes,
    wave,
)
from pgfiles import Copier, copier_of, installations, table, toasted

from bench.postgres import Server
from survey.box.close import close_box
from survey.box.state import FLUSH

EDGES = ", ".join(map(str, range(10, 70)))
WIDE = DEFINITION.replace("edges: [16, 20, 30]", f"edges: [{EDGES}]")
"""So many cells that PostgreSQL keeps the blob outside its row, in chunks."""


@pytest.fixture(scope="module")
def case(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with installations(postgres):
        copier = copier_of(postgres)
        world = wave(tmp_path_factory.mktemp("case"), definition=WIDE)
        ran = run(world, range(ANSWERS), copier)
        copier.apart = 1
        ran.copies.add(copier(world))
        yield ran
        world.engine.dispose()


@pytest.fixture(scope="module")
def other(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The same wave, in which those who left the box together came in another order."""
    with installations(postgres):
        world = wave(tmp_path_factory.mktemp("other"), definition=WIDE)
        yield run(world, shuffled_in_flushes(), lambda _world: ())
        world.engine.dispose()


def test_old_boxes_lie_there_as_dead_rows_and_only_the_last_one_opens(case: Case) -> None:
    lying = toasted(case.copies.pieces)
    assert len(set(case.blobs)) == len(case.blobs) > 60
    assert len(lying & set(case.blobs)) > 60
    assert case.blobs[-1] in lying
    assert {blob for blob in lying if case.loot.open(blob) is not None} == {case.blobs[-1]}


def test_all_of_them_lie_in_the_write_ahead_log(case: Case) -> None:
    records = records_of(case)
    for blob in case.blobs:
        assert all(blob[at : at + 1996] in records for at in range(0, len(blob), 1996))


def test_no_state_key_was_ever_in_any_of_its_files(case: Case) -> None:
    assert len(set(case.keys)) == len(case.keys)
    assert case.copies.first_seen(case.keys) == {}


@pytest.mark.long
def test_nothing_at_any_place_is_the_key_of_an_old_state(case: Case) -> None:
    for piece in case.copies.pieces:
        assert keys_that_open(windows([piece], 1), case.blobs, case.loot.binding) == {}


def test_all_of_it_together_yields_the_one_total(case: Case) -> None:
    check_that_all_together_yields_one_total(case)


def test_a_ballots_hash_is_nowhere_before_25_leave_together(case: Case) -> None:
    check_that_hashes_leave_together(case)


def records_of(case: Case) -> bytes:
    """The log from the beginning of the wave until now."""
    assert isinstance(case.take, Copier)
    list(case.take(case.world))
    return case.take.records


def flushes(world: World, name: str) -> list[list[bytes]]:
    """The hashes in a table's file by the transaction that wrote them, as they lie there."""
    found: dict[int, list[bytes]] = {}
    for row in sorted(table(world, name)):
        found.setdefault(row.made_by, []).append(row.values[5:37])
    return list(found.values())


def test_a_transactions_number_groups_25_ballots_or_more_sorted_by_their_hashes(
    case: Case,
) -> None:
    together = flushes(case.world, "spent")
    assert min(map(len, together)) >= 2 * FLUSH  # a form and a code each
    assert all(hashes == sorted(hashes) for hashes in together)
    (issued,) = flushes(case.world, "code")
    assert issued == sorted(issued)
    assert len(issued) > FLUSH


def places(world: World, name: str) -> list[tuple[object, ...]]:
    """Which row lies where, who made and who deleted it; transactions by their order."""
    found = sorted(table(world, name))
    numbers = sorted({n for row in found for n in (row.made_by, row.deleted_by)})
    return [
        (r.page, r.item, numbers.index(r.made_by), numbers.index(r.deleted_by), r.values)
        for r in found
    ]


@pytest.mark.parametrize("name", ["spent", "code"])
def test_no_place_tells_in_which_order_those_came_that_left_together(
    case: Case, other: Case, name: str
) -> None:
    found = places(case.world, name)
    assert len(found) > ANSWERS / 2
    assert found == places(other.world, name)


def test_closing_leaves_no_hash_in_the_tables_nor_in_what_the_planner_sampled(
    case: Case, postgres: Server
) -> None:
    """The write-ahead log keeps them until its files are used again: docs/operations.md says so."""
    world, hashes = case.world, [hashed(f"code {n}") for n in range(ANSWERS)]
    postgres.command("ANALYZE", str(world.engine.url.database))
    close_box(world.engine, world.config, world.now(), "2026-11")
    stored = world.stored()
    assert not any(h in stored for h in hashes)
    records = records_of(case)
    assert all(h in records for h in hashes)
    assert (world.opened() == case.total(-1)).all()
