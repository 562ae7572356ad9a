"""An opening takes the same memory whatever it opens, and says what was answered."""

import pytest

from bench import opening
from survey.box import parallel

MOST = 300
"""MB, of the opening process and all its helpers together."""


def test_a_wide_box_opens_in_little_memory(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """20,000 cells over helpers; `open_in` refuses totals that are not what was answered."""
    monkeypatch.setattr(parallel, "ALONE", 0.0)
    opening.build(tmp_path, 1500)
    before = opening.memory()
    cells, _, _, most = opening.open_in(tmp_path)
    assert cells > 20_000
    assert most - before < MOST - 150


@pytest.mark.long
@pytest.mark.parametrize("answers", [100_000, 1_000_000])
def test_memory_is_flat_up_to_a_million_answers(answers: int) -> None:
    found = opening.measure(answers)
    print(found)
    assert found.memory < MOST
