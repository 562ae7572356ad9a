"""How long a request waited until a thread was free for it.

Known to whoever serves only, who says it in the thread that then handles the request. Forgotten
with the next request of that thread.
"""

import threading
import time

_here = threading.local()


def say_when_it_came(then: float) -> None:
    """`then` is of time.monotonic()."""
    _here.waited = time.monotonic() - then


def waited() -> float:
    """Seconds; 0 where nobody said when this request came."""
    found: float = getattr(_here, "waited", 0.0)
    return found
