"""Settings: a frozen Config from an environment mapping. Imports nothing of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("SURVEY_DATA", "./instance", "Folder of the database, key files and the server's secret."),
    (
        "SURVEY_STATE_KEYS",
        "<SURVEY_DATA>.keys/",
        "Folder of the state keys. Never inside SURVEY_DATA, never in a backup; may be a tmpfs.",
    ),
    ("SURVEY_DATABASE_URL", "sqlite in SURVEY_DATA", "Database URL as SQLAlchemy writes it."),
    ("SURVEY_SECRET_FILE", "<SURVEY_DATA>/private/secret", "The server's secret, mode 0600."),
)
"""Name, default, help: `docs/operations.md` lists each, and a test compares them."""


class ConfigError(Exception):
    """A setting cannot be used; the text is one sentence for whoever runs the server."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where things live. Paths are absolute."""

    data: Path
    state_keys: Path
    database_url: str
    secret_file: Path

    @property
    def private(self) -> Path:
        """Folder of key files, mode 0700."""
        return self.data / "private"


def load_config(environ: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigError if state keys would lie inside the data folder."""
    data = Path(environ.get("SURVEY_DATA") or "instance").resolve()
    keys = environ.get("SURVEY_STATE_KEYS")
    state_keys = Path(keys).resolve() if keys else data.with_name(data.name + ".keys")
    if state_keys.is_relative_to(data):
        raise ConfigError(
            f"SURVEY_STATE_KEYS ({state_keys}) lies inside SURVEY_DATA ({data}), where a backup "
            "would take it along: choose a folder outside."
        )
    secret = environ.get("SURVEY_SECRET_FILE")
    return Config(
        data=data,
        state_keys=state_keys,
        database_url=environ.get("SURVEY_DATABASE_URL") or f"sqlite:///{data / 'survey.db'}",
        secret_file=Path(secret).resolve() if secret else data / "private" / "secret",
    )
