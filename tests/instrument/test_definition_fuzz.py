"""Whatever bytes arrive: a definition, or one sentence. Never a traceback, never a long wait."""

from factories import EXAMPLE
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey.box.layout import build_layout
from survey.instrument.errors import DefinitionError
from survey.instrument.load import parse_definition
from survey.instrument.nodes import decode

BYTES = EXAMPLE.encode()
NEVER = 30_000  # milliseconds: what hangs takes longer, a busy machine does not
PIECES = [
    *"{}[]:,-&*!|>'\"%@`#?~",
    *[
        "\t",
        "\n",
        "  ",
        "null",
        "true",
        "no",
        "-1",
        "1e999",
        ".nan",
        "<<: *x",
        "&x ",
        "*x",
        "!!python/x",
    ],
    *[
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "\x00",
        "\ufeff",
        "\u2028",
        '"\\ud800"',
        "[]",
        "{}",
        "''",
        "é",
    ],
    *EXAMPLE.split(),
]
edit = st.tuples(
    st.integers(0, len(BYTES)), st.integers(0, 30), st.one_of(st.sampled_from(PIECES), st.text())
)


def read(data: bytes) -> None:
    try:
        made = parse_definition(decode(data, "fuzz.yaml"), "fuzz.yaml")
    except DefinitionError as error:
        sentence = str(error)
    else:
        assert build_layout(made).size > 0
        return
    assert sentence.startswith("fuzz.yaml")
    assert "\n" not in sentence
    assert len(sentence) < 600


@settings(max_examples=150, deadline=NEVER)
@given(st.lists(edit, min_size=1, max_size=4))
def test_a_mutated_definition_loads_or_is_refused_in_one_sentence(edits: list) -> None:
    data = BYTES
    for at, cut, piece in edits:
        data = data[:at] + piece.encode("utf-8", "surrogatepass") + data[at + cut :]
    read(data)


@settings(max_examples=150, deadline=NEVER)
@given(st.binary(max_size=300))
@example(b"\xff\xfe")
@example(b"? " * 2000)
@example(b"- " * 2000)
@example(b"a: " + b"{b: " * 2000)
@example(b"!!float x")
@example(b"!<\xc3\x28>")
@example(b'a: "\\x')
@example(b"a: |99\n x")
@example(b"%TAG ! !\n---\n!a b")
def test_any_bytes_are_refused_in_one_sentence(data: bytes) -> None:
    read(data)
