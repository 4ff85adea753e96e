"""Two people with one form: nobody's words are lost, and nobody undoes what they did not touch."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reviews import domain
from reviews.domain import documents as asking
from reviews.models import Review, User
from reviews.pages import merging
from reviews.pages.form import DatePartsField, PageForm

SignIn = Callable[[User], Client]


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def as_shown(page: Any) -> dict[str, Any]:
    """What a browser would send of the page's form as it stands."""
    form = page.context["form"]
    sent: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if isinstance(field.widget, forms.MultiWidget):
            for number, part in enumerate(merging.as_sent(field, value)):
                sent[f"{name}_{number}"] = part
        else:
            sent[name] = merging.as_sent(field, value)
    found = re.search(r'name="seen_before" value="([^"]*)"', page.content.decode())
    assert found
    return {**sent, "seen_before": found[1]}


# The details of a review


def test_the_second_keeps_what_the_first_changed_elsewhere(
    desk: Client, review: Review, manager: User
) -> None:
    mine = as_shown(desk.get(at("details", review.pk)))
    domain.change_details(
        review=Review.objects.get(pk=review.pk),
        version=review.version,
        council_contact_name="Oscar Grantley",
        scope="Early help",
        by=manager,
        at=timezone.now(),
    )

    page = desk.post(at("details", review.pk), mine | {"programme": "Our own review"})
    assert {
        (each.label, each.words, each.taken) for each in page.context["theirs"]
    } == {
        ("Scope", "Early help", True),
        ("Council contact’s full name", "Oscar Grantley", True),
    }
    assert "You had not changed this, so it stands in the form now." in words(page)

    desk.post(at("details", review.pk), as_shown(page))
    review.refresh_from_db()
    assert (review.programme, review.scope, review.council_contact_name) == (
        "Our own review",
        "Early help",
        "Oscar Grantley",
    )


def test_where_both_changed_the_second_sees_both_and_decides(
    desk: Client, review: Review, manager: User
) -> None:
    mine = as_shown(desk.get(at("details", review.pk)))
    domain.change_details(
        review=Review.objects.get(pk=review.pk),
        version=review.version,
        scope="Theirs",
        by=manager,
        at=timezone.now(),
    )

    page = desk.post(at("details", review.pk), mine | {"scope": "Mine"})

    [scope] = page.context["theirs"]
    assert (scope.words, scope.taken) == ("Theirs", False)
    assert page.context["form"]["scope"].value() == "Mine"
    desk.post(at("details", review.pk), as_shown(page))
    assert Review.objects.get(pk=review.pk).scope == "Mine"


def test_a_third_in_between_is_seen_too(
    desk: Client, review: Review, manager: User
) -> None:
    def another_saves(**values: str) -> None:
        fresh = Review.objects.get(pk=review.pk)
        domain.change_details(
            review=fresh, version=fresh.version, by=manager, at=timezone.now(), **values
        )

    mine = as_shown(desk.get(at("details", review.pk))) | {"programme": "Mine"}
    another_saves(scope="First")
    page = desk.post(at("details", review.pk), mine)
    another_saves(scope="Second")

    page = desk.post(at("details", review.pk), as_shown(page))

    [scope] = page.context["theirs"]
    assert (scope.words, scope.taken) == ("Second", True)


def test_a_page_without_fingerprints_still_loses_nobodys_words(
    desk: Client, review: Review, manager: User
) -> None:
    mine = as_shown(desk.get(at("details", review.pk)))
    del mine["seen_before"]
    domain.change_details(
        review=Review.objects.get(pk=review.pk),
        version=review.version,
        scope="Theirs",
        by=manager,
        at=timezone.now(),
    )

    page = desk.post(at("details", review.pk), mine)

    [scope] = page.context["theirs"]
    assert (scope.words, scope.taken) == ("Theirs", False)


# Key questions


def test_two_people_with_the_key_questions_lose_none(
    desk: Client, review: Review, manager: User
) -> None:
    domain.set_key_questions(
        review=review, questions=["One?", "Two?"], by=manager, at=timezone.now()
    )
    page = at("key-questions", review.pk)
    mine = as_shown(desk.get(page))
    domain.set_key_questions(
        review=review,
        questions=["One, better?", "Two?"],
        by=manager,
        at=timezone.now(),
    )

    again = desk.post(page, mine | {"question_3": "Three?"})
    assert [each.text for each in review.key_questions.all()] == [
        "One, better?",
        "Two?",
    ]
    assert "Somebody else changed this" in words(again)

    desk.post(page, as_shown(again))
    assert [each.text for each in review.key_questions.all()] == [
        "One, better?",
        "Two?",
        "Three?",
    ]


# Dates, ticks and choices


def test_dates_ticks_and_choices_are_merged_too(
    desk: Client, review: Review, manager: User
) -> None:
    request = review.document_requests.get(code="D03")
    page = at("document-request", review.pk, request.pk)
    mine = as_shown(desk.get(page))
    agency = review.agencies.all()[0]
    asking.change_request(
        request=review.document_requests.get(pk=request.pk),
        version=1,
        title=request.title,
        themes=["T2"],
        need="should",
        owner_role=request.owner_role,
        agency=agency,
        due_on=request.due_on.replace(day=14),
        by=manager,
        at=timezone.now(),
    )

    again = desk.post(page, mine | {"title": "Threshold document"})
    assert all(each.taken for each in again.context["theirs"])
    desk.post(page, as_shown(again))

    request.refresh_from_db()
    assert (request.title, request.themes, request.need, request.agency) == (
        "Threshold document",
        ["T2"],
        "should",
        agency,
    )
    assert request.due_on.day == 14


class AnyForm(PageForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(widget=forms.Textarea, required=False)
    day = DatePartsField(required=False)
    ticks = forms.MultipleChoiceField(
        choices=[(c, c) for c in "abc"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    yes = forms.BooleanField(required=False)


VALUES = st.fixed_dictionaries(
    {
        "words": st.text(
            st.characters(codec="utf-8", exclude_characters="\0"), max_size=9
        ),
        "day": st.none() | st.dates(),
        "ticks": st.lists(st.sampled_from("abc"), unique=True),
        "yes": st.booleans(),
    }
)


@given(VALUES)
def test_what_was_not_touched_has_the_fingerprint_of_what_was_shown(
    shown: dict[str, Any],
) -> None:
    form = AnyForm(initial={**shown, "version": 1})
    sent = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        merging.put(sent, form[name].html_name, field, merging.as_sent(field, value))

    back = AnyForm(sent)

    for name, field in form.fields.items():
        before = merging.as_sent(field, form.get_initial_for_field(field, name))
        assert merging.fingerprint(field, back[name].data) == merging.fingerprint(
            field, before
        )


@given(mine=VALUES, theirs=VALUES, base=VALUES)
def test_merging_takes_each_value_from_whoever_changed_it(
    mine: dict[str, Any], theirs: dict[str, Any], base: dict[str, Any]
) -> None:
    shown = AnyForm(initial={**base, "version": 1})
    sent = QueryDict(mutable=True)
    for name, field in shown.fields.items():
        value = {**mine, "version": 1}[name]
        merging.put(sent, shown[name].html_name, field, merging.as_sent(field, value))
    seen = re.search(r'value="([^"]*)"', shown.seen_before)
    assert seen
    sent["seen_before"] = seen[1]
    form = AnyForm(sent)
    assert form.is_valid()

    form.keep_both({**theirs, "version": 2}, ValueError("changed"))

    def mark(name: str, value: Any) -> str:
        field = shown.fields[name]
        return merging.fingerprint(field, merging.as_sent(field, value))

    for name in VALUES_NAMES:
        kept = merging.fingerprint(form.fields[name], form[name].data)
        untouched = mark(name, mine[name]) == mark(name, base[name])
        assert kept == mark(name, theirs[name] if untouched else mine[name])
    assert form.data["version"] == "2"


VALUES_NAMES = ("words", "day", "ticks", "yes")
