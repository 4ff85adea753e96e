"""What the self-tests of notes found, as their page says it. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reviews.models import Job, Review
from scheduling.models import NoteProof

PROVES = "scheduling.tasks.prove_notes"


@dataclass(frozen=True)
class Attempt:
    """One attacker: shares in whole per cent."""

    title: str
    programs: int
    best: int
    chance: int
    limit: int
    broken: bool


@dataclass(frozen=True)
class Run:
    proof: NoteProof
    sentence: str
    attempts: tuple[Attempt, ...]
    naive: int
    notes: int
    found_again: int


@dataclass(frozen=True)
class ProofPage:
    latest: Run | None
    earlier: tuple[Run, ...]
    job: Job | None


def proof_page(review: Review) -> ProofPage:
    runs = [_run(proof) for proof in review.note_proofs.all()]
    return ProofPage(
        latest=runs[0] if runs else None,
        earlier=tuple(runs[1:]),
        job=review.jobs.filter(kind=PROVES).first(),
    )


def _run(proof: NoteProof) -> Run:
    values = proof.values
    attempts = tuple(
        _attempt(title, values[name])
        for title, name in (
            ("One copy of the database at the end", "one_dump"),
            ("A copy each night, its keys, and a look each evening", "each_night"),
        )
    )
    worst = attempts[1]
    sentence = (
        f"The best program led {worst.best}% of the made-up notes to their session; whoever only "
        f"knows the evening and the group that a note names is right for {worst.chance}%."
        if proof.passed
        else "The test did not pass."
    )
    return Run(
        proof,
        sentence,
        attempts,
        naive=_percent(values["naive"]),
        notes=values["notes"],
        found_again=values["found_again"],
    )


def _attempt(title: str, found: dict[str, Any]) -> Attempt:
    return Attempt(
        title,
        found["programs"],
        _percent(found["best"]),
        _percent(found["chance"]),
        _percent(found["limit"]),
        found["best"] > found["limit"],
    )


def _percent(share: float) -> int:
    return round(100 * share)
