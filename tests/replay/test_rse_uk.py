"""273 real people's answers, replayed, closed, opened and published.

What each person said is in the file beside this one, so the release can be checked against them:
the whole-unit figures are right, and no arithmetic on the tables is about a handful of people.
"""

import csv
from collections import Counter
from itertools import product
from pathlib import Path

import pytest
from boxkit import World, make_world

from survey.box.keys import read_key_file
from survey.box.waves import key_file
from survey.intake.errors import RefusedError, TableError
from survey.intake.readers.map import load_map, parse_map
from survey.intake.replay import replay
from survey.release.ceremony import close_wave, publish
from survey.release.model import Release

HERE = Path(__file__).parent
ANSWERS = HERE / "rse-uk-2016.csv"
DEFINITION = (HERE / "rse-uk-2016.yaml").read_text(encoding="utf-8")
MAP = (HERE / "rse-uk-2016.map.yaml").read_text(encoding="utf-8")

PAY = {
    "under-25": 10,
    "from-25": 21,
    "from-30": 81,
    "from-35": 68,
    "from-40": 38,
    "from-45": 31,
    "from-50": 9,
    "from-60": 3,
    "from-70": 1,
}


def world_in(folder: Path, **changes: str) -> World:
    values = {"slug": "rse", "definition": DEFINITION, "access": "codes", "origin": "imported"}
    return make_world(folder, **(values | changes))


def replayed(world: World, source: Path = ANSWERS, text: str = MAP, dry_run: bool = False):
    survey_map = parse_map(text, world.wave.definition)
    return replay(world.engine, world.config, world.wave, source, survey_map, dry_run)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return world_in(tmp_path_factory.mktemp("rse"))


@pytest.fixture(scope="module")
def release(world):
    first, second = replayed(world), replayed(world)
    assert (first.rows, first.counted, first.already, first.refused) == (273, 273, 0, ())
    assert (second.rows, second.counted, second.already) == (273, 0, 273)
    close_wave(world.engine, world.config, "rse")
    key = read_key_file(key_file(world.config, "rse"), world.now())
    return publish(world.engine, world.config, "rse", key)


@pytest.fixture(scope="module")
def people(world):
    """Every person's answers, read again without our reader."""
    rules = load_map(HERE / "rse-uk-2016.map.yaml", world.wave.definition).rules
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {r.question.id: r.values[row[r.column].strip()] for r in rules} for row in rows
    ]  # fmt: skip


def counts(release: Release, question: str, *table: str) -> dict[str, int]:
    found = release.question(question).table(*table)
    return dict(found.counts)


def test_the_whole_unit_is_what_its_publisher_counted(release):
    assert release.responses == 273
    assert counts(release, "pay") == PAY
    assert counts(release, "leave") == {"never": 73, "sometimes": 162, "often": 37}
    assert counts(release, "university") == {"inside": 203, "outside": 68}


def test_large_groups_are_right(release, people):
    assert counts(release, "leave", "contract", "permanent") == {
        "never": 36,
        "sometimes": 88,
        "often": 18,
    }
    inside = Counter(p["pay"] for p in people if p["university"] == "inside" and p["pay"])
    shown = counts(release, "pay", "university", "inside")
    assert {o: n for o, n in shown.items() if n} == inside


def test_small_groups_are_not_shown(release):
    groups = {(q.id, t.group) for q in release.questions for t in q.tables}
    hidden = {(h.question, h.group) for h in release.hidden}
    for question, group in product(("pay", "leave"), ("freelancer", "agency")):
        assert (question, group) not in groups
        assert (question, group) in hidden
    assert not {"freelancer", "agency"} & counts(release, "contract").keys()
    assert counts(release, "contract")["permanent"] == 142


def holds(release: Release, question: str, table, person) -> bool:
    """Whether the person is among those that the table counts."""
    if person[question] is None:
        return False
    if table.breakdown is None:
        return True
    shown = {t.group for t in release.question(question).tables if t.breakdown == table.breakdown}
    group = person[table.breakdown]
    return (group if group in shown else "*others") == table.group


@pytest.mark.parametrize(("question", "least"), [("pay", 5), ("leave", 10)])
def test_no_sum_or_difference_of_tables_is_about_a_few(release, people, question, least):
    tables = release.question(question).tables
    columns = [[holds(release, question, t, p) for p in people] for t in tables]
    assert [sum(column) for column in columns] == [t.n for t in tables]
    for signs in product((-1, 0, 1), repeat=len(tables)):
        weights = (sum(map(int.__mul__, signs, row)) for row in zip(*columns, strict=True))
        about = sum(weight != 0 for weight in weights)
        assert about == 0 or about >= least, (signs, about)


def test_a_table_beside_its_source_question_leaves_nobody_alone(release, people):
    """Who is in the contract table but not in another one: those who skipped the other."""
    contract = counts(release, "contract")
    assert sum(contract.values()) == sum(p["contract"] is not None for p in people)
    assert min(contract.values()) >= 5


def test_a_dry_run_counts_nothing(tmp_path):
    world = world_in(tmp_path)
    report = replayed(world, dry_run=True)
    assert (report.rows, report.counted, report.dry_run) == (273, 273, True)
    assert replayed(world).counted == 273


def test_another_hand_on_the_file_changes_nothing_that_counts(tmp_path):
    """The same answers saved by a spreadsheet: mark, CRLF, every cell quoted, blanks at the end."""
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    other = tmp_path / "excel.csv"
    with other.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerows([f"{cell} " for cell in row] for row in rows)
        file.write("\r\n")
    report = replayed(world_in(tmp_path), other)
    assert (report.counted, report.refused) == (273, ())


def test_rows_that_no_rule_covers_are_refused_by_line_and_column(tmp_path):
    text = MAP.replace("      Agency staff: agency\n", "")
    report = replayed(world_in(tmp_path), text=text)
    assert report.counted == 272
    (refused,) = report.refused
    with ANSWERS.open(encoding="utf-8") as file:
        assert "Agency staff" in file.readlines()[refused.line - 1]
    assert refused.column == "currentEmp10. What type of contract are you employed on?"
    assert "Agency staff" not in str(refused)


def test_a_better_map_counts_only_what_is_new(tmp_path):
    world = world_in(tmp_path)
    replayed(world, text=MAP.replace("      Agency staff: agency\n", ""))
    report = replayed(world)
    assert (report.counted, report.already) == (1, 272)


def test_a_broken_file_counts_nothing(tmp_path):
    world = world_in(tmp_path)
    broken = tmp_path / "broken.csv"
    broken.write_bytes(ANSWERS.read_bytes() + b'274,"never closed\n')
    with pytest.raises(TableError, match=r"line 275: the CSV is broken"):
        replayed(world, broken)
    with pytest.raises(TableError, match="cannot be read"):
        replayed(world, tmp_path / "missing.csv")
    assert replayed(world).counted == 273


@pytest.mark.parametrize("origin", ["survey", "simulated"])
def test_imported_answers_stay_among_themselves(tmp_path, origin):
    world = world_in(tmp_path, origin=origin)
    with pytest.raises(RefusedError, match="must not mix"):
        replayed(world)


def test_a_closed_wave_takes_no_more(tmp_path):
    world = world_in(tmp_path)
    replayed(world)
    close_wave(world.engine, world.config, "rse")
    survey_map = parse_map(MAP, world.wave.definition)
    with pytest.raises(RefusedError, match="takes no more answers"):
        replay(world.engine, world.config, world.now(), ANSWERS, survey_map)
    with pytest.raises(RefusedError, match="closed meanwhile: 0 answers"):
        replay(world.engine, world.config, world.wave, ANSWERS, survey_map)
