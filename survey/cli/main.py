"""The group that every command hangs on."""

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Anonymous workplace survey: sealed totals only."""
