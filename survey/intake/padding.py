"""Pages that show again what was sent are as long as each other, whatever was answered.

Over TLS, too, whoever watches the network sees how long a page is. Each tick makes a form longer by
eight bytes, each digit by one, and answers that are read back by their words. So a comment of
blanks follows, of which browsers take no notice. Nobody may compress such a page.
"""


def padded(page: bytes, blank: int) -> bytes:
    """The page and a comment, together half as long again as the `blank` form, in bytes.

    A mistake in each answer, or all answers read back, make a form a quarter longer at most. Where
    far more was typed it becomes twice as long as the blank one, and so on by halves.
    """
    step = max(1, blank // 2)
    least = len(page) + len(b"<!---->")
    steps = max(1, -(-(least - blank) // step))
    return page + b"<!--" + b" " * (blank + steps * step - least) + b"-->"
