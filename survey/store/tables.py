"""Every table there is. None has a row, a time or a number per person.

Three look like it, and are not: `seed` holds one ciphertext per commit, sorted by its own random
bytes; `spent` holds keyed hashes of form ids and codes, written 25 or more at a time, sorted;
`code` holds keyed hashes of codes that were made, used or not. `checkpoint` and `next_checkpoint`
hold a wave's totals as they were when so many had answered, sealed.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

campaign = Table(
    "campaign",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

wave = Table(
    "wave",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaign.id"), nullable=False),
    Column("slug", String(64), nullable=False, unique=True),
    Column("state", String(16), nullable=False),  # ready, open, closed, published
    Column("definition", Text, nullable=False),  # the YAML as it was given
    Column("fingerprint", String(64), nullable=False),
    Column("access", String(16), nullable=False),  # codes, open
    Column("origin", String(16), nullable=False),  # survey, simulated, imported
    Column("custody", String(16), nullable=False),  # key-file, stewards
    Column("public_key", LargeBinary, nullable=False),
    Column("steward_threshold", Integer),  # so many of them open the box; NULL: key file
    Column("steward_count", Integer),
    Column("headcounts", Text, nullable=False),  # YAML, "{}" where unknown
    Column("closed", String(7)),  # month: 2026-11
    Column("responses", Integer),  # of a closed wave
    Column("digest", String(64)),  # of the closed box, SHA-256
    Column("shared", Boolean, nullable=False, default=False),  # results are public
    # Languages that a speaker has read, "es,vi"; the definition's first is not among them.
    Column("languages_confirmed", Text, nullable=False, default="", server_default=""),
    # Sealed totals may leave with a backup; its label says so.
    Column("checkpoints", Boolean, nullable=False, default=False, server_default=false()),
    # Its state key was lost and its box started anew; its page says so.
    Column("restarted", Boolean, nullable=False, default=False, server_default=false()),
)

box = Table(
    "box",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("slot", Integer, nullable=False),  # which state key opens the blob: 0 or 1
    Column("blob", LargeBinary, nullable=False),
)

seed = Table(
    "seed",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("sealed", LargeBinary(80), primary_key=True),
    sqlite_with_rowid=False,
)

code = Table(
    "code",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("batch", String(130), nullable=False),  # "" or "worksite=north"
    sqlite_with_rowid=False,
)

code_batch = Table(
    "code_batch",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("batch", String(130), primary_key=True),
    Column("issued", Integer, nullable=False),
)

spent = Table(
    "spent",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("hash", LargeBinary(32), primary_key=True),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("responses", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # masked totals, and the sealed seeds they need
)

next_checkpoint = Table(
    "next_checkpoint",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("responses", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # the same, under a key that lies in the box
)

release = Table(
    "release",
    metadata,
    Column("wave_id", ForeignKey("wave.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),  # the survey-release/1 JSON, byte for byte
)

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(16), nullable=False),  # organizer, reader
    Column("session_number", Integer, nullable=False, server_default="0"),  # one up: all end
)

activity = Table(
    "activity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id")),
    Column("wave", String(64)),
    Column("action", String(64), nullable=False),
    Column("day", Date, nullable=False),
)

demand = Table(
    "demand",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", ForeignKey("wave.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("evidence", Text, nullable=False),  # JSON, frozen when the demand was drafted
    Column("costing", Text, nullable=False),  # JSON: what was put in and what came out
)
