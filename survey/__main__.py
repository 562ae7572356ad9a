"""python -m survey."""

import os
import sys

SERVING = ("serve", "demo")
SETTINGS = "GLIBC_TUNABLES"
OVERWRITTEN_AT_ONCE = "glibc.malloc.tcache_count=0"
"""glibc keeps short pieces of memory that are given back aside as they are, forms of a worker among
them, unless the environment forbids it from the first instruction on: glibc manual, "Memory
Allocation Tunables". What it does not keep aside is overwritten: survey/cli/memory.py.
"""


def forgetful(environment: dict[str, str]) -> dict[str, str] | None:
    """What to start anew with, so that nothing is kept aside; None where that is settled."""
    asked = environment.get(SETTINGS, "")
    if "glibc.malloc.tcache_count" in asked:
        return None
    return environment | {SETTINGS: ":".join(filter(None, (asked, OVERWRITTEN_AT_ONCE)))}


if __name__ == "__main__":
    serving = sys.platform == "linux" and set(sys.argv[1:2]) & set(SERVING)
    if serving and (anew := forgetful(dict(os.environ))):
        os.execve(sys.executable, sys.orig_argv, anew)  # noqa: S606 - the same command again
    from survey.cli import main  # late: whoever starts anew need not read it twice

    main()
