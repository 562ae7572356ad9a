from release_factory import sample_definition, sample_release

from survey.desk.outline import outline
from survey.release.model import OTHERS


def test_what_is_shown_and_what_is_hidden_adds_up() -> None:
    release = sample_release()
    found = outline(release)
    assert [line.sensitive for line in found.lines] == [q.sensitive for q in release.questions]
    assert found.shown == sum(q.table() is not None for q in release.questions)
    assert found.groups_shown == sum(
        t.group not in {None, OTHERS} for q in release.questions for t in q.tables
    )
    groups = {b.id: len(b.groups) for b in release.breakdowns}
    assert found.groups == sum(groups[b] for q in release.questions for b in q.by)


def test_nobody_answered() -> None:
    found = outline(sample_release(people=0))
    assert len(found.lines) == len(sample_definition().questions)
    assert (found.shown, found.groups_shown) == (0, 0)
    assert all(not split.shown for line in found.lines for split in line.splits)
