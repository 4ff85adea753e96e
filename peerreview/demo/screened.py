"""How often the screen marks the demonstration's notes and comments for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from peerreview.demo import content, people
from peerreview.demo.setting_up import PACK
from reviews import packs
from reviews.screening import scan


@dataclass(frozen=True)
class Tally:
    """``missed`` are texts that do name somebody or a day and got no mark."""

    texts: int
    falsely_marked: tuple[str, ...]
    rightly_marked: int
    missed: tuple[str, ...]

    @property
    def false_percent(self) -> float:
        return 100 * len(self.falsely_marked) / self.texts


def demonstration_roster() -> scan.Roster:
    """Everybody on the demonstration's roster, put together without a database."""
    met, invitees = people.everybody()
    pack = packs.load(PACK)
    personas = content.personas().values()
    titles = [person.post.lower() for person in met]
    titles += [pack.role(each.role).title.lower() for each in personas if each.role]
    names = {each.name for each in met}
    names |= {each.name for each in invitees}
    names |= {each.name for each in personas}
    familiar = {content.facts("review").council}
    familiar |= {agency.name for agency in pack.agencies}
    return scan.Roster(
        names=frozenset(names),
        titles=frozenset(title for title in titles if titles.count(title) == 1),
        familiar=frozenset(familiar),
    )


def tally(
    texts: Sequence[content.NoteText | content.CommentText] | None = None,
) -> Tally:
    """Of these texts; of all notes and comments where none are given."""
    roster = demonstration_roster()
    texts = texts or (*content.notes(), *content.comments())
    marked = {each.text for each in texts if scan.find(each.text, roster=roster)}
    return Tally(
        texts=len(texts),
        falsely_marked=tuple(
            each.text
            for each in texts
            if each.text in marked and not each.rightly_marked
        ),
        rightly_marked=sum(
            each.text in marked and each.rightly_marked for each in texts
        ),
        missed=tuple(
            each.text
            for each in texts
            if each.rightly_marked and each.text not in marked
        ),
    )


def report(found: Tally | None = None, what: str = "notes and comments") -> str:
    found = found or tally()
    return (
        f"{found.texts} {what}; {len(found.falsely_marked)} marked for "
        f"nothing ({found.false_percent:.1f}%), {found.rightly_marked} marked rightly, "
        f"{len(found.missed)} missed."
    )
