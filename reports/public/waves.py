"""Which waves the public may know of: open ones to answer, shared ones to read."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from survey.store import tables
from survey.store.engine import reading


@dataclass(frozen=True, slots=True)
class PublicWave:
    """A wave by its address. `origin` is not "survey" where its answers are not given here."""

    slug: str
    campaign: str
    origin: str
    access: str
    """"codes" or "open"."""


def open_waves(engine: Engine) -> tuple[PublicWave, ...]:
    """Waves that can be answered, the newest first."""
    return _waves(engine, tables.wave.c.state == "open")


def unclosed_waves(engine: Engine) -> tuple[PublicWave, ...]:
    """Waves that can be answered now or later, for whoever prepares them; the newest first."""
    return _waves(engine, tables.wave.c.state.in_(("ready", "open")))


def shared_waves(engine: Engine) -> tuple[PublicWave, ...]:
    """Published waves whose summary everybody may see, the newest first."""
    return _waves(engine, (tables.wave.c.state == "published") & tables.wave.c.shared)


def _waves(engine: Engine, which: object) -> tuple[PublicWave, ...]:
    wave, campaign = tables.wave, tables.campaign
    wanted = (
        select(wave.c.slug, campaign.c.name, wave.c.origin, wave.c.access)
        .join(campaign, wave.c.campaign_id == campaign.c.id)
        .where(which)  # type: ignore[arg-type]
        .order_by(wave.c.id.desc())
    )
    with reading(engine) as connection:
        return tuple(PublicWave(*row) for row in connection.execute(wanted))
