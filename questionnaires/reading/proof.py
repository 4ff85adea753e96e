"""The self-test's results in words, and the line of it among what a draft needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from questionnaires.models import Proof, Questionnaire
from questionnaires.rules.attacks import GAMES, PEOPLE, Kind
from reviews.models import Job
from reviews.pages import say
from reviews.reading import Task

WAYS: dict[Kind, str] = {
    Kind.KEY: "By the keys and sealed text of rows",
    Kind.ORDER: "By the order in which rows are stored",
    Kind.TRANSACTION: "By row and transaction numbers of the database",
    Kind.TIME: "By the order in which people answered, which their employer’s network may know",
    Kind.MAIL: "By the order of the letters",
    Kind.TASKS: "By the tables of background work",
    Kind.LOGS: "By log lines",
    Kind.COPIES: "By copies of the database, taken while people answered",
    Kind.LENGTH: "By the length of what is sealed",
    Kind.PAIR: "From somebody’s ticks to the comment of the same person",
    Kind.SEARCH: "By searching tables, copies and files for people’s words",
}
NOTHING_TO_GO_BY = "nothing to go by"


@dataclass(frozen=True)
class Way:
    """One kind of attack: how many people it found here, and in the naive design."""

    title: str
    tries: int
    best: int
    here: str
    most: int
    naive: str
    found: bool


@dataclass(frozen=True)
class Run:
    """A self-test that has ended."""

    proof: Proof
    sentence: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class ProofPage:
    people: int
    latest: Run | None
    earlier: tuple[Run, ...]
    job: Job | None


def proof_page(questionnaire: Questionnaire) -> ProofPage:
    runs = [_run(proof) for proof in questionnaire.proofs.all()]
    return ProofPage(
        people=GAMES * PEOPLE,
        latest=runs[0] if runs else None,
        earlier=tuple(runs[1:]),
        job=questionnaire.review.jobs.filter(
            kind=Questionnaire.PROVES, subject=str(questionnaire.pk)
        ).first(),
    )


def _run(proof: Proof) -> Run:
    values = proof.values
    sentence = (
        f"In {say.counted(values['tries'], 'try', 'tries')} nothing did better than luck."
        if proof.passed
        else "The test did not pass."
    )
    return Run(proof, sentence, tuple(_way(each, values) for each in values["kinds"]))


def _way(kind: dict[str, Any], values: dict[str, Any]) -> Way:
    which = Kind(kind["kind"])
    people, best = values["people"], kind["best"]
    limit = 0 if which == Kind.SEARCH else values["limit"]
    return Way(
        title=WAYS[which],
        tries=kind["tries"],
        best=best,
        here=f"{best} of {people}" if kind["tries"] else NOTHING_TO_GO_BY,
        most=kind["naive"],
        naive=f"{kind['naive']} of {people}",
        found=best > limit,
    )


def proof_task(questionnaire: Questionnaire) -> Task:
    """Its row among what a draft needs before it opens."""
    latest = questionnaire.proofs.first()
    passed = latest is not None and latest.passed
    return Task(
        "Test that nobody can be found out",
        reverse(
            "questionnaires:proof", args=[questionnaire.review_id, questionnaire.pk]
        ),
        "Completed" if passed else "Incomplete",
        f"{_run(latest).sentence} {say.day(latest.on)}" if latest else "Not tested yet",
    )
