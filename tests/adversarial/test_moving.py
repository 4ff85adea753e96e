"""T54: what people said, and whom it was asked of, is not in the file of a review that moves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from questionnaires.domain import inviting
from questionnaires.models import Invitation
from reviews.domain.moving import CannotMove, move_out
from reviews.models import Review, Stage, User
from reviews.reading.moving import leaving
from reviews.reading.moving_fields import STAYING_SCOPES, plan
from reviews.reading.records import of_a_review
from reviews.rules.moving import to_plain
from reviews.secrets import keystore
from reviews.secrets.sealing import SealedBytesField, SealedJSONField, SealedTextField
from tests.make import move
from tests.make_moving import after_the_day, everything, inside, moved_out
from tests.make_questionnaires import make_questionnaire, people

CANARY = "zzcanary"


def planted(review: Review) -> set[str]:
    """A word of its own in every sealed column that stays, of every row; says which there are."""
    found: set[str] = set()
    for record in of_a_review():
        for rows in record.rows:
            for row in rows.of(review):
                for field in row._meta.concrete_fields:
                    if not isinstance(field, SealedTextField):
                        continue
                    if field.scope in STAYING_SCOPES and getattr(row, field.name):
                        word = f"{CANARY}{len(found)}x"
                        _plant(row, field, word)
                        found.add(word)
    return found


def _plant(row: models.Model, field: SealedTextField, word: str) -> None:
    value: Any = word
    if isinstance(field, SealedBytesField):
        value = word.encode()
    elif isinstance(field, SealedJSONField):
        old = getattr(row, field.name)
        value = [*old[:-1], word] if isinstance(old, list) and old else [word]
    setattr(row, field.name, value)
    row.save(update_fields=[field.name])


def everything_that_moves(review: Review) -> str:
    """What a file of it would hold, whether it may move or not."""
    found = leaving(review)
    beside = b"".join(read() for read in found.files.values())
    return json.dumps([found.people, found.rows, found.trail]) + beside.decode(
        "latin-1"
    )


def everything_there_is(review: Review) -> str:
    """A dump without the exclusion: every row of every class, opened."""
    with keystore.held():
        return " ".join(
            str(to_plain(getattr(row, field.attname)))
            for record in of_a_review()
            for rows in record.rows
            for row in rows.of(review)
            for field in row._meta.concrete_fields
        )


def test_nothing_of_speech_or_of_respondents_is_in_what_moves(
    review: Review, manager: User
) -> None:
    """At the fullest moment, in which the product refuses: the exclusion does not rest on that."""
    full = move(everything(review, manager), Stage.ON_SITE)
    words = planted(full)
    with pytest.raises(CannotMove):
        move_out(review=full, by=manager, at=timezone.now())

    moving, dumped = everything_that_moves(full), everything_there_is(full)

    # Notes, drafts, comments, answers, cases, excerpts, requests, lists: each has its word.
    assert len(words) > 15
    assert {word for word in words if word not in dumped} == set()
    assert {word for word in words if word in moving} == set()
    # And it is a review that moves.
    assert full.council in moving


def test_no_row_of_a_class_that_stays_is_in_the_file(
    review: Review, manager: User
) -> None:
    full = everything(review, manager)
    labels = {each.label for each in plan()}
    staying = {
        rows.label
        for record in of_a_review()
        for rows in record.rows
        if not record.moves or rows.moves is None
    }

    assert set(leaving(full).rows) == labels
    assert labels & staying == set()
    for label in ("scheduling.Note", "scheduling.NoteDraft", "questionnaires.Comment"):
        assert label in staying


def test_addresses_of_those_invited_stay_behind(review: Review, manager: User) -> None:
    draft = make_questionnaire(review, by=manager)
    inviting.invite(questionnaire=draft, rows=people(), by=manager, at=timezone.now())
    addresses = [each.email for each in Invitation.objects.all()]
    names = [each.name for each in Invitation.objects.all() if each.name]

    content, words = moved_out(review, manager)

    files = inside(content, words)
    said = b"".join(files.values()).decode("latin-1")
    assert addresses
    assert [each for each in (*addresses, *names) if each in said] == []
    # The control: the same search finds whoever is on the review.
    assert manager.email in said


def test_after_the_day_nothing_that_was_said_is_in_the_file(
    review: Review, manager: User
) -> None:
    full = everything(review, manager)
    words = planted(full)
    dumped = everything_there_is(full)
    assert {word for word in words if word not in dumped} == set()
    addresses = [each.email for each in Invitation.objects.all()]

    late = after_the_day(full)
    content, passphrase = moved_out(late, manager)

    said = b"".join(inside(content, passphrase).values()).decode("latin-1")
    # What rests on a published figure is the report's, and is no respondent's.
    kept = {str(each.kept) for each in late.excerpts.all() if each.kept}
    assert {word for word in words if word in said} <= kept
    assert [each for each in addresses if each and each in said] == []
    assert late.council in said
