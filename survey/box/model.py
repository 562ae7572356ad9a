"""A wave as every room sees it: frozen, read from its row once."""

from dataclasses import dataclass
from typing import Literal

from survey.box.layout import Layout
from survey.instrument.model import Definition, Headcounts

WaveState = Literal["ready", "open", "closed", "published"]
"""`ready`: made, and not yet open. A wave goes through them in this order and never back."""
UNCLOSED = ("ready", "open")
"""States in which a wave has a box that changes, and codes can be made and taken back."""
Access = Literal["codes", "open"]
Origin = Literal["survey", "simulated", "imported"]
Custody = Literal["key-file", "stewards"]


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many stewards there are, and so many of them can open the box together."""

    threshold: int
    count: int


@dataclass(frozen=True, slots=True)
class StewardKey:
    """The public half of a key that stewards hold: for the wave of that slug and no other."""

    slug: str
    quorum: Quorum
    public_key: bytes
    """X25519, 32 raw bytes."""


@dataclass(frozen=True, slots=True)
class Wave:
    """One run of an instrument. `closed`, `responses`, `digest` are None until it is closed."""

    id: int
    campaign: str
    """Slug of the campaign."""
    campaign_name: str
    slug: str
    state: WaveState
    definition: Definition
    definition_text: str
    """The YAML as it was given."""
    layout: Layout
    fingerprint: str
    """Of the layout at the start; the same as `layout.fingerprint` unless the rules changed."""
    access: Access
    origin: Origin
    custody: Custody
    public_key: bytes
    """X25519, 32 raw bytes."""
    quorum: Quorum | None
    """None where the key is in a key file."""
    headcounts: Headcounts
    headcounts_text: str
    """The YAML as it was given."""
    closed: str | None
    """Month, as 2026-11."""
    responses: int | None
    digest: str | None
    """SHA-256 (hex) of the closed box."""
    shared: bool
    """Anybody may see the results."""
    confirmed: tuple[str, ...]
    """Languages that somebody who speaks them has read, as an organizer says."""
    checkpoints: bool
    """Sealed totals may leave with a backup."""
    restarted: bool
    """Its box was lost and started anew: whoever had answered has to answer again."""

    def reviewed(self, language: str) -> bool:
        """The definition's first language is its source; every other has to be confirmed."""
        return language == self.definition.languages[0] or language in self.confirmed

    def offers(self, language: str) -> bool:
        """A real wave speaks to workers in reviewed languages only, practice in all it has."""
        has = language in self.definition.languages
        return has and (self.origin != "survey" or self.reviewed(language))


@dataclass(frozen=True, slots=True)
class NewWave:
    """What `create_wave` is asked to start."""

    slug: str
    definition: str
    """YAML, survey-definition/1."""
    campaign: str
    """Slug; a campaign that does not exist is made."""
    campaign_name: str
    access: Access = "codes"
    origin: Origin = "survey"
    custody: Custody = "key-file"
    headcounts: str = "{}"
    """YAML."""
    confirmed: tuple[str, ...] = ()
    """Languages that somebody who speaks them has read."""
    stewards: StewardKey | None = None
    """For custody by stewards: the public half of what their words make."""
    checkpoints: bool = False
    """Sealed totals may leave with a backup."""
    open: bool = True
    """It takes answers at once; else only from when it is started."""
