"""CSV: what exports look like, and what never leaves the reader."""

import pytest

from survey.intake.errors import TableError
from survey.intake.readers.csv import read_csv


def rows(text, *columns):
    data = text if isinstance(text, bytes) else text.encode()
    return [(row.line, *row.cells.values()) for row in read_csv(data, columns, "file.csv")]


def test_only_the_named_columns_come_out():
    (row,) = read_csv(b"name,pay,mail\nJane,20,j@x.org\n", ["pay"])
    assert row.cells == {"pay": "20"}


def test_mark_quotes_and_crlf():
    text = '\ufeffa,"b ""x"""\r\n1,"two\r\nlines, and a comma"\r\n\ufeff 2 ,3\r\n'
    assert rows(text, "a", 'b "x"') == [(2, "1", "two\r\nlines, and a comma"), (4, "2", "3")]


def test_blank_lines_are_no_rows():
    assert rows("\na,b\n\n1,2\n,\n \n\n", "a") == [(4, "1")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("a,b\n1,2,3\n", "line 2: the row has 3 cells and the headings are 2"),
        ("a,b\n1,2\n1\n", "line 3: the row has 1 cells"),
        ('a,b\n1,"2\n3,4\n', "line 2: the CSV is broken"),
        ("b,b\n1,2\n", "'a' is not among the headings"),
        ("a,a\n1,2\n", "'a' is there 2 times"),
        (b"a,b\n1,2\n\xff,2\n", "line 3: this is not UTF-8"),
        ("a,b\n" + "x" * 200_000 + ",1\n", "line 2: the CSV is broken"),
    ],
)
def test_a_broken_file_is_one_sentence(text, says):
    with pytest.raises(TableError) as caught:
        rows(text, "a")
    assert says in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_message_quotes_a_cell():
    for text in ("a,b\nJane,1,2\n", 'a,b\nJane,"Doe\n', b"a,b\nJane,\xff\n"):
        with pytest.raises(TableError) as caught:
            rows(text, "a")
        assert "Jane" not in repr(caught.value)


def test_a_column_that_is_not_read_may_be_anything():
    assert rows("a,x,x\n1,,\n", "a") == [(2, "1")]
