"""What the memory of a serving process keeps, and who may come to see it. Workers inherit all this.

Only glibc can be asked; elsewhere nothing happens. Numbers from its malloc.h, meanings from
mallopt(3).
"""

import contextlib
import ctypes
import resource

M_PERTURB = -6
M_ARENA_MAX = -8
FILLED = 0xA5
"""What each byte becomes that is given back; any number but 0 would do."""


def keep_little() -> None:
    """Keep one heap, overwrite what is given back, and leave no file of it where a process dies.

    For each of its heaps glibc keeps room for the largest page that was ever made in it: with a
    heap or two for each of 16 threads a worker grows by tens of megabytes for hours. And what is
    given back stays as it was until something else is put there: somebody's form, for minutes.
    """
    _ask(M_ARENA_MAX, 1)
    _ask(M_PERTURB, FILLED)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _ask(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(option, value)
