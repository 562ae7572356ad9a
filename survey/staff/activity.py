"""What staff did, to the day. Never anything about a worker."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine, select

from survey.store.engine import reading
from survey.store.tables import account, activity


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `email` is None for what was done on the command line."""

    day: date
    email: str | None
    action: str
    wave: str | None


def record(
    engine: Engine, account_id: int | None, action: str, wave_slug: str | None = None
) -> None:
    """Write one line. `account_id` None: the command line."""
    today = datetime.now(UTC).date()
    values = {"account_id": account_id, "action": action, "wave": wave_slug, "day": today}
    with engine.begin() as db:
        db.execute(activity.insert().values(values))


def record_once_a_day(engine: Engine, account_id: int, action: str, wave_slug: str) -> None:
    """Write one line unless the same stands there for today: how often it was done is not kept."""
    today = datetime.now(UTC).date()
    values = {"account_id": account_id, "action": action, "wave": wave_slug, "day": today}
    with engine.begin() as db:
        if db.execute(select(activity.c.id).filter_by(**values).limit(1)).first() is None:
            db.execute(activity.insert().values(values))


def entries(engine: Engine, newest: int = 500) -> tuple[Entry, ...]:
    """The newest lines first."""
    query = (
        select(activity.c.day, account.c.email, activity.c.action, activity.c.wave)
        .join_from(activity, account, isouter=True)
        .order_by(activity.c.id.desc())
        .limit(newest)
    )
    with reading(engine) as db:
        return tuple(Entry(*row) for row in db.execute(query))
