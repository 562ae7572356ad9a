"""The commands: python -m survey …"""

from survey.cli.main import main

__all__ = ["main"]
