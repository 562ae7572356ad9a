"""What docs/operations.md says of settings is what the program has."""

import re
from pathlib import Path

from survey.config import SETTINGS

TEXT = Path(__file__).parents[2].joinpath("docs", "operations.md").read_text("utf-8")


def test_the_table_lists_every_setting_as_it_is() -> None:
    table = TEXT.partition("## Settings")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", table, re.MULTILINE)[1:]
    plain = [tuple(cell.replace("`", "") for cell in row) for row in rows]
    assert plain == list(SETTINGS)
