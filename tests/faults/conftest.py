"""What tests of real servers share."""

from pathlib import Path

import pytest
from boxkit import World, make_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An open wave, whose engine a server in a process of its own does not share."""
    made = make_world(tmp_path)
    made.engine.dispose()
    return made
