"""Rows that are made ready first: put in as they were made, in their order, on both databases."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from feedback.models import Excerpt, Finding
from reviews.models import Review, User
from reviews.secrets import keystore, sealed_rows
from reviews.secrets.sealed_rows import SealedRows
from reviews.secrets.sealing import seal_of
from tests.make_feedback import make_finding


@pytest.fixture
def finding(review: Review, manager: User) -> Finding:
    return make_finding(review, by=manager)


def excerpt(finding: Finding, key: str, **values: object) -> Excerpt:
    return Excerpt(
        finding=finding,
        review=finding.review,
        evidence_key=key,
        kind="note",
        **{"text": "-", **values},
    )


ODD = (
    "A tab\t, a line\n, a backslash \\ and \\N, “quotes”, a zero byte’s neighbour \x01"
)


def test_each_value_is_read_back_as_it_was_put_in(
    finding: Finding, manager: User
) -> None:
    made = [
        excerpt(finding, "tab\t, line\n", text=ODD, source_class=ODD),
        excerpt(finding, "gone", text=None, kept="Kept.", cleared=True),
        excerpt(finding, "mine", against=True, proposed_by=manager),
    ]
    SealedRows(Excerpt, made).insert()

    for each in made:
        found = Excerpt.objects.get(pk=each.pk)
        for field in Excerpt._meta.concrete_fields:
            name = field.attname
            # Rows that were put in are ciphertext by now, and open to the same words.
            assert getattr(found, name) == getattr(each, name), name
    [first, second, third] = [Excerpt.objects.get(pk=each.pk) for each in made]
    assert (first.text, first.source_class) == (ODD, ODD)
    assert first.evidence_key == "tab\t, line\n"
    assert (second.text, second.kept, second.proposed_by) == (None, "Kept.", None)
    assert (third.against, third.cleared, third.proposed_by) == (True, False, manager)


@pytest.mark.django_db(transaction=True)
def test_a_row_that_the_database_refuses_is_refused_as_elsewhere(
    finding: Finding,
) -> None:
    SealedRows(Excerpt, [excerpt(finding, "once")]).insert()
    twice = SealedRows(Excerpt, [excerpt(finding, "new"), excerpt(finding, "once")])
    with pytest.raises(IntegrityError), transaction.atomic():
        twice.insert()
    assert Excerpt.objects.count() == 1


def test_they_stand_in_the_order_in_which_they_were_given(finding: Finding) -> None:
    made = [excerpt(finding, f"key {n}") for n in range(40)]
    SealedRows(Excerpt, made).insert()
    place = "ctid" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT evidence_key FROM feedback_excerpt ORDER BY {place}")
        found = [key for (key,) in cursor.fetchall()]
    assert found == [each.evidence_key for each in made]


@pytest.mark.django_db
def test_none_is_no_statement() -> None:
    with CaptureQueriesContext(connection) as asked:
        SealedRows(Excerpt, []).insert()
    assert len(asked) == 0


def test_all_is_sealed_before_and_nothing_while_they_are_put_in(
    finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = SealedRows(Excerpt, [excerpt(finding, "key")])
    [values] = rows.values
    assert not any(value == "-" for value in values)

    def refused(*args: object, **kwargs: object) -> None:
        raise AssertionError("sealed too late")

    monkeypatch.setattr(sealed_rows, "close_all", refused)
    monkeypatch.setattr(keystore, "read", refused)
    rows.insert()
    assert Excerpt.objects.count() == 1
    # The control: so it is where a row is made.
    with pytest.raises(AssertionError):
        SealedRows(Excerpt, [excerpt(finding, "other")])


def test_a_seal_stands_for_its_value_and_is_another_for_each_sealing(
    finding: Finding,
) -> None:
    row = excerpt(finding, "key", text="Same.")
    row.save(force_insert=True)

    def seals() -> tuple[bytes, object]:
        text, kept = Excerpt.objects.values_list(seal_of("text"), seal_of("kept")).get()
        return bytes(text), kept

    first, none = seals()
    assert none is None
    assert len(first) == 29
    assert seals()[0] == first
    row.text = "Same."
    row.save(update_fields=["text"])
    assert seals()[0] != first
