"""Puts a release into a database as publishing does, without a wave that was answered."""

from sqlalchemy import Engine, insert, select

from survey.release.model import Release
from survey.release.serialize import to_json
from survey.store import tables


def publish_release(engine: Engine, release: Release, slug: str | None = None) -> str:
    """A published wave with that release; returns its slug (the release's wave by default)."""
    slug = slug or release.wave
    with engine.begin() as db:
        campaign_id = db.scalar(select(tables.campaign.c.id))
        if campaign_id is None:
            made = insert(tables.campaign).values(slug="campaign", name=release.campaign)
            campaign_id = db.scalar(made.returning(tables.campaign.c.id))
        row = {
            "campaign_id": campaign_id,
            "slug": slug,
            "state": "published",
            "definition": "",
            "fingerprint": release.fingerprint,
            "access": release.access,
            "origin": release.origin,
            "custody": "key-file",
            "public_key": b"",
            "headcounts": "{}",
            "closed": release.closed,
            "responses": release.responses,
            "shared": False,
        }
        wave_id = db.scalar(insert(tables.wave).values(row).returning(tables.wave.c.id))
        db.execute(insert(tables.release).values(wave_id=wave_id, body=to_json(release)))
    return slug
