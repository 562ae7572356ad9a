"""What is demanded of a PostgreSQL server's settings; pure. Imports nothing of ours.

There are two reasons: an acknowledged answer must survive a power cut, and nothing may be written
down about when somebody answered. The second is easily overlooked: a server that logs slow
statements logs their values, among them the keyed hash of a code, beside the time.
"""

from collections.abc import Mapping

_DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
}
_LOGS = {
    # What writes statements into the log; harmless are:
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
}
_LENGTH = "log_parameter_max_length"
_EXPLAIN = "auto_explain.log_min_duration"
_EXPLAIN_LENGTH = "auto_explain.log_parameter_max_length"
_AUDIT = "pgaudit.log_parameter"

ASKED = (
    *("transaction_read_only", "track_commit_timestamp", *_DURABLE, *_LOGS),
    *(_LENGTH, _EXPLAIN, _EXPLAIN_LENGTH, _AUDIT),
)
"""Names of all settings that `problem` looks at."""


def problem(settings: Mapping[str, str | None]) -> str | None:
    """What is wrong with a server, as one sentence; None where nothing is.

    `settings` are the values as `current_setting` gives them, None where a setting is not there.
    """
    if settings["transaction_read_only"] != "off":
        return (
            "The database takes no writes (it is a standby, or set to read only): let "
            "SURVEY_DATABASE_URL name the primary server."
        )
    for name, allowed in _DURABLE.items():
        if settings[name] not in allowed:
            return (
                f"The database server runs with {name} = {settings[name]}, so that a power cut "
                f"could lose answers: set {name} = on."
            )
    if settings["track_commit_timestamp"] != "off":
        return (
            "The database server keeps the time of every commit (track_commit_timestamp = on), "
            "which tells when each answer came: set it to off in its postgresql.conf."
        )
    return _logging(settings)


def _logging(settings: Mapping[str, str | None]) -> str | None:
    loud = [(name, _LENGTH) for name, quiet in _LOGS.items() if settings[name] not in quiet]
    if settings[_EXPLAIN] not in (None, "-1"):
        loud.append((_EXPLAIN, _EXPLAIN_LENGTH))
    for name, length in loud:
        if settings[length] != "0":
            return (
                f"The database server logs statements with their values ({name} = "
                f"{settings[name]}), which tells when each ballot came: let its superuser run "
                f"ALTER DATABASE … SET {length} = 0."
            )
    if settings[_AUDIT] not in (None, "off"):
        return (
            f"The database server logs statements with their values ({_AUDIT} = "
            f"{settings[_AUDIT]}), which tells when each ballot came: set it to off."
        )
    return None
