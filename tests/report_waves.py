"""Waves in the database as reports find them: published (with a release), or in another state."""

from sqlalchemy import Engine, insert, select

from survey.release.model import Release
from survey.release.serialize import to_json
from survey.store import tables


def add_wave(
    engine: Engine,
    slug: str,
    release: Release | None = None,
    state: str = "published",
    *,
    shared: bool = False,
    origin: str = "simulated",
) -> None:
    """Put a wave of one campaign there. Its definition is of no matter to reports."""
    with engine.begin() as connection:
        campaign = connection.execute(select(tables.campaign.c.id)).scalar_one_or_none()
        if campaign is None:
            added = insert(tables.campaign).values(slug="cascade", name="Cascade Workers")
            campaign = connection.execute(added).inserted_primary_key[0]
        wave = insert(tables.wave).values(
            campaign_id=campaign,
            slug=slug,
            state=state,
            definition="",
            fingerprint="f" * 64,
            access="codes",
            origin=origin,
            custody="key-file",
            public_key=b"key",
            headcounts="{}",
            shared=shared,
        )
        wave_id = connection.execute(wave).inserted_primary_key[0]
        if release is not None:
            body = to_json(release)
            connection.execute(insert(tables.release).values(wave_id=wave_id, body=body))
