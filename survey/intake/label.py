"""The privacy label: what a wave keeps, who can open it, and what nobody can promise.

Every sentence follows from the wave's real settings, so that the label cannot say anything else.
"""

from dataclasses import dataclass

from survey.box.checkpoint import least
from survey.box.model import Wave
from survey.box.stewards import key_fingerprint
from survey.web.languages import _


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of the label with its sentences, in the language of the request."""

    title: str
    sentences: tuple[str, ...]


def label(wave: Wave) -> tuple[Part, ...]:
    """The label of a wave, as a worker reads it."""
    return (
        Part(_("What is kept"), _kept(wave)),
        Part(_("What is not kept"), _not_kept()),
        Part(_("Who can open the totals, and when"), _opening(wave)),
        Part(_("What is shown"), _shown(wave)),
        Part(_("How you take part"), _access(wave)),
        Part(_("What we cannot protect you from"), _limits(wave)),
    )


def grouped(fingerprint: str) -> str:
    """The fingerprint in groups of four, to be read aloud or compared."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


def _kept(wave: Wave) -> tuple[str, ...]:
    spent = (
        _(
            "A scrambled mark of each code with its batch of slips, and of each used form and "
            "code, so that nobody is counted twice."
        )
        if wave.access == "codes"
        else _("A scrambled mark of each used form, so that nobody is counted twice.")
    )
    return (
        _("Totals only: how many people gave each answer. They are sealed while the survey runs."),
        _("Your answers are added to the totals as they arrive. Then they are gone."),
        spent
        + " "
        + _("The marks are not stored with answers, and are deleted when the survey is over."),
    )


def _not_kept() -> tuple[str, ...]:
    return (
        _("No list of people, and no answers of one person, in any form."),
        _("No name, email, phone number or internet address. No cookies."),
        _("No time and no order in which people answered."),
        _("Nothing you wrote yourself: there are no free text questions."),
    )


def _opening(wave: Wave) -> tuple[str, ...]:
    return (
        *_holders(wave),
        _("The totals are opened once, after the survey has closed. There are no early results."),
        _(
            "While the survey runs, the organizers only see how many took part, rounded down to "
            "fives. When it closes, everybody can see the exact number."
        )
        if wave.access == "open"
        else _(
            "While the survey runs, the organizers only see how many took part, in all and by "
            "batch of slips, rounded down to fives. When it closes, everybody can see the exact "
            "total."
        ),
        # Nobody can destroy a sheet of paper from here; without the totals it is worth nothing.
        _("When the results are published, the totals and the key are destroyed.")
        if wave.quorum is None
        else _(
            "When the results are published, the totals are destroyed. After that, the stewards' "
            "sheets open nothing."
        ),
        *_copies(wave),
    )


def _copies(wave: Wave) -> tuple[str, ...]:
    if not wave.checkpoints:
        return ()
    return (
        _(
            "Sealed copies of the totals may leave the server with backups. Between any two of "
            "them, at least %(n)s people answer.",
            n=least(wave.layout),
        ),
    )


def _holders(wave: Wave) -> tuple[str, ...]:
    if wave.quorum is None:
        return (_("The organizers hold one key file. Without it nobody can read the totals."),)
    threshold, count = wave.quorum.threshold, wave.quorum.count
    return (
        _("One person, called the steward, holds the key. Without it nobody can read the totals.")
        if count == 1
        else _(
            "The key is split among %(count)s people, called stewards. Any %(threshold)s of them "
            "together can open the totals, fewer cannot.",
            count=count,
            threshold=threshold,
        ),
        _(
            "Key fingerprint: %(fingerprint)s. The same stands on every steward's sheet.",
            fingerprint=key_fingerprint(wave.public_key),
        ),
    )


def _shown(wave: Wave) -> tuple[str, ...]:
    k = wave.definition.k
    sentences = [
        _(
            "Nothing is shown about fewer than %(k)s people, and it cannot be worked out by "
            "subtracting results from each other.",
            k=k,
        )
    ]
    if any(q.sensitive for q in wave.definition.questions):
        sentences.append(
            _(
                "Sensitive questions, such as thoughts of leaving or your health, need at least "
                "%(k)s people.",
                k=2 * k,
            )
        )
    if wave.access == "open":
        sentences.append(
            _("Results are shown for the whole workplace only, not by job, site or other groups.")
        )
    return tuple(sentences)


def _access(wave: Wave) -> tuple[str, ...]:
    skip = _("You can skip every question.")
    if wave.access == "open":
        return (
            _("Anybody who has the link can answer. There is no code."),
            skip,
        )
    return (
        _("Each code counts once."),
        _(
            "A code says nothing about you. Draw your slip yourself, so that nobody knows which "
            "it is."
        ),
        _(
            "The site answers the same for a code that was used and one that was not, so a list of "
            "codes alone cannot tell who took part."
        ),
        skip,
    )


def _limits(wave: Wave) -> tuple[str, ...]:
    return (
        _("Whoever controls the server could read answers while they arrive, or make answers up."),
        *_with_a_list(wave),
        _with_the_key(wave),
        *_with_copies(wave),
        _("People who tell each other their answers learn more about the rest of a small group."),
        _(
            "Your phone and your network can tell that you visited this site, though not what you "
            "answered. That is why we ask you not to use work devices or work Wi-Fi."
        ),
    )


def _with_a_list(wave: Wave) -> tuple[str, ...]:
    if wave.access == "open":
        return ()
    return (
        _(
            "Whoever controls the server and knows who has which code could see who took part. "
            "So let nobody see your code."
        ),
    )


def _with_copies(wave: Wave) -> tuple[str, ...]:
    if not wave.checkpoints:
        return ()
    return (
        _(
            "Whoever can open the totals and has two such copies could see the sums of the answers "
            "in between, of at least %(n)s people, without the protection of small groups.",
            n=least(wave.layout),
        ),
    )


def _with_the_key(wave: Wave) -> str:
    if wave.quorum is None:
        return _(
            "Whoever has the key file and the server together could see totals of small groups."
        )
    if wave.quorum.count == 1:
        return _(
            "If the steward acts together with whoever has the server, they could see totals of "
            "small groups."
        )
    return _(
        "If %(threshold)s stewards act together with whoever has the server, they could see totals "
        "of small groups.",
        threshold=wave.quorum.threshold,
    )
