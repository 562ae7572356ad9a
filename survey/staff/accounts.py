"""Accounts of staff: an address, a password (argon2id) and a role. Workers have none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Literal, cast, get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Engine, Row, select
from sqlalchemy.exc import IntegrityError

from survey.store.engine import reading
from survey.store.tables import account as table

Role = Literal["organizer", "reader"]
"""An organizer runs waves; a reader reads results."""

SHORTEST = 12
LONGEST = 1000
HASHER = PasswordHasher()  # argon2id, RFC 9106's second recommendation: 64 MiB
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$vrs9ILXf7e6aavImnnLUNQ"
    "$gL1JAXU/6BUDdyOmIh7ttEeYoWji/G6E7LQDzwO79Ns"
)
"""Of a random password that nobody has: an unknown address takes as long as a wrong password."""
AT_ONCE = 2
"""Passwords that a process hashes at the same time: each takes 64 MiB, and a core for a while."""
_places = BoundedSemaphore(AT_ONCE)


class AccountError(Exception):
    """An account cannot be made or changed; the text is one sentence for a person."""


class BusyError(Exception):
    """As many passwords as may be are being hashed: nothing was looked at, try again later."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff."""

    id: int
    email: str
    role: Role
    password_hash: str
    session_number: int = 0
    """Of the sessions that are good; signing out ends all by the next one."""


def create_account(engine: Engine, email: str, password: str, role: str = "organizer") -> Account:
    """Make an account. Raises BusyError, AccountError: wrong address, password or role; taken."""
    email = normal(email)
    if role not in get_args(Role):
        raise AccountError(f"There is no role '{role}': choose organizer or reader.")
    values = {"email": email, "role": role, "password_hash": hash_password(password)}
    try:
        with engine.begin() as db:
            row = db.execute(table.insert().values(values).returning(table)).one()
    except IntegrityError as error:
        raise AccountError(f"{email} has an account already: choose another address.") from error
    return _account(row)


def set_password(engine: Engine, account_id: int, password: str) -> None:
    """Change a password, which ends all sessions of the account. Raises AccountError, BusyError."""
    changed = (
        table.update().where(table.c.id == account_id).values(password_hash=hash_password(password))
    )
    with engine.begin() as db:
        db.execute(changed)


def end_sessions(engine: Engine, account_id: int) -> None:
    """End every session of the account: a copy of a cookie, too, is then worth nothing."""
    ended = table.update().where(table.c.id == account_id)
    with engine.begin() as db:
        db.execute(ended.values(session_number=table.c.session_number + 1))


def find_account(engine: Engine, account_id: int) -> Account | None:
    """The account of that id, or None."""
    with reading(engine) as db:
        row = db.execute(select(table).where(table.c.id == account_id)).first()
    return _account(row) if row else None


def list_accounts(engine: Engine) -> tuple[Account, ...]:
    """All accounts by address."""
    with reading(engine) as db:
        return tuple(map(_account, db.execute(select(table).order_by(table.c.email))))


def check_password(engine: Engine, email: str, password: str) -> Account | None:
    """The account, or None where address or password is wrong (both take the same time).

    Raises BusyError.
    """
    with reading(engine) as db:
        row = db.execute(select(table).where(table.c.email == email.strip().lower())).first()
    try:
        with _place():
            HASHER.verify(row.password_hash if row else NOBODY, password)
    except VerificationError:
        return None
    return _account(row) if row else None


def normal(email: str) -> str:
    """The address as it is stored. Raises AccountError where it is none."""
    email = email.strip().lower()
    name, at, host = email.partition("@")
    if not (name and at and host) or len(email) > 254 or any(c.isspace() for c in email):
        raise AccountError(f"'{email}' is not an email address: write it like ana@example.org.")
    return email


def hash_password(password: str) -> str:
    """Argon2id. Raises BusyError, and AccountError where the password is too short or too long."""
    if len(password) < SHORTEST:
        raise AccountError(
            f"The password is too short: use at least {SHORTEST} characters, "
            "for example four words that do not belong together."
        )
    if len(password) > LONGEST:
        raise AccountError(f"The password is too long: use at most {LONGEST} characters.")
    with _place():
        return HASHER.hash(password)


@contextmanager
def _place() -> Iterator[None]:
    """Nobody waits for one: the threads that would are those that serve the workers' pages."""
    if not _places.acquire(blocking=False):
        raise BusyError
    try:
        yield
    finally:
        _places.release()


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(row.id, row.email, cast("Role", row.role), row.password_hash, row.session_number)
