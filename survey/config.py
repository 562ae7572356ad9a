"""Settings: a frozen Config from an environment mapping. Imports nothing of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

LEAVE_TO = "https://www.weather.gov/"
_UNSAFE = re.compile(r"[\s<>\"]")

SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("SURVEY_DATA", "./instance", "Folder of the database, key files and the server's secret."),
    (
        "SURVEY_STATE_KEYS",
        "<SURVEY_DATA>.keys/",
        "Folder of the state keys. Never inside SURVEY_DATA, never in a backup; may be a tmpfs.",
    ),
    (
        "SURVEY_DATABASE_URL",
        "sqlite in SURVEY_DATA",
        "sqlite:////path/survey.db or postgresql://user@host/survey.",
    ),
    ("SURVEY_SECRET_FILE", "<SURVEY_DATA>/private/secret", "The server's secret, mode 0600."),
    (
        "SURVEY_FORWARD_TO",
        "nowhere",
        "The host that takes answers of waves whose state key is not here: https://intake.internal",
    ),
    (
        "SURVEY_LEAVE_TO",
        LEAVE_TO,
        "The harmless page that “Leave quickly” on a worker's page goes to.",
    ),
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
    forward_to: str | None = None
    """Scheme, name and port of another host of this installation."""
    leave_to: str = LEAVE_TO

    @property
    def private(self) -> Path:
        """Folder of key files, mode 0700."""
        return self.data / "private"


def load_config(environ: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigError for what would give answers away."""
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
        forward_to=_forward_to(environ.get("SURVEY_FORWARD_TO") or ""),
        leave_to=_leave_to(environ.get("SURVEY_LEAVE_TO") or LEAVE_TO),
    )


def _forward_to(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_this_host(parts))
    if not (parts.hostname and _has_sound_port(parts) and bare and safe):
        raise ConfigError(
            f"SURVEY_FORWARD_TO ({text}) must be https:// and a host, with a port if it needs one: "
            "answers would travel in the clear otherwise (http:// is for 127.0.0.1 only)."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _leave_to(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or _UNSAFE.search(text):
        raise ConfigError(
            f"SURVEY_LEAVE_TO ({text}) must be the address of a page, and begin with https://."
        )
    return text


def _has_sound_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _is_this_host(parts: SplitResult) -> bool:
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
