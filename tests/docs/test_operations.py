"""What docs/operations.md says of settings and backups is what the program has and does."""

import re
from pathlib import Path

from survey.cli.upkeep import EMPTIED
from survey.config import SETTINGS

TEXT = Path(__file__).parents[2].joinpath("docs", "operations.md").read_text("utf-8")


def test_the_table_lists_every_setting_as_it_is() -> None:
    table = TEXT.partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", table, re.MULTILINE)[1:]
    plain = [tuple(cell.replace("`", "") for cell in row) for row in rows]
    assert plain == list(SETTINGS)


def test_a_server_is_told_to_dump_what_a_backup_holds() -> None:
    """A table that is left out of the one and not of the other would go to whoever has the dump."""
    command = re.search(r"^    pg_dump (?:.*\\\n)*.*$", TEXT, re.MULTILINE)
    assert command is not None
    left_out = re.findall(r"--exclude-table-data=(\S+)", command[0])
    assert sorted(left_out) == sorted(EMPTIED)
    assert command[0].endswith(" survey > survey.sql")
