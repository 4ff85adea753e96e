"""What of a review's framework is in use: codes that must stay, and parts that are locked.

Each app says so in its own module ``pack_use``, found by name, since apps above know this one and
not the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from reviews import apps_above
from reviews.models import Review, Stage
from reviews.packs import Pack
from reviews.packs.sample_week import SampleWeek


@dataclass(frozen=True)
class Use:
    """Something of the review that holds codes of one part; ``what`` says it in a few words."""

    part: str
    codes: frozenset[str]
    what: str


@dataclass(frozen=True)
class Uses:
    held: tuple[Use, ...] = ()
    locked: dict[str, str] = field(default_factory=dict)

    def of(self, part: str) -> dict[str, str]:
        """The codes of a part that are in use, and by what."""
        found: dict[str, list[str]] = {}
        for use in self.held:
            if use.part == part:
                for code in use.codes:
                    found.setdefault(code, []).append(use.what)
        return {code: ", ".join(dict.fromkeys(whats)) for code, whats in found.items()}


def use(part: str, codes: Iterable[str], what: str) -> Use:
    return Use(part, frozenset(code for code in codes if code), what)


def sample_week(pack: Pack) -> SampleWeek | None:
    """What notes of the framework's sample week could say; None where no app gathers notes."""
    for module in apps_above.modules("pack_use"):
        if hasattr(module, "sample_week"):
            found: SampleWeek = module.sample_week(pack)
            return found
    return None


def uses(review: Review) -> Uses:
    """What every app holds of the review's framework."""
    held = [
        use("roles", review.memberships.values_list("role", flat=True), "the team"),
        use(
            "roles",
            review.document_requests.values_list("owner_role", flat=True),
            "documents asked for",
        ),
        use(
            "themes",
            (
                code
                for codes in review.document_requests.values_list("themes", flat=True)
                for code in codes
            ),
            "documents asked for",
        ),
        use("themes", review.hypotheses.values_list("theme", flat=True), "hypotheses"),
        use("themes", review.figures.values_list("theme", flat=True), "figures"),
    ]
    locked = {
        "agencies": "The agencies of this review are on a page of their own.",
    }
    if review.document_requests.exists():
        locked["documents"] = (
            "The documents were asked for already. Change the list of documents itself."
        )
    if review.stage >= Stage.ON_SITE:
        for part in (
            "about",
            "themes",
            "source-classes",
            "note-kinds",
            "session-types",
        ):
            locked[part] = "The team is on site and writes its notes with it."
    for module in apps_above.modules("pack_use"):
        theirs: Uses = module.uses(review)
        held += theirs.held
        locked |= theirs.locked
    return Uses(tuple(held), locked)
