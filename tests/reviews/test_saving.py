"""A form, one verb, and what is said of it: nothing refused is lost, and it stands where one looks."""

from typing import Any

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from reviews.pages.form import PageForm
from reviews.pages.saving import Saved, Shown, confirm, press, save
from reviews.refusals import ChangedMeanwhile, Refusal


class Full(Refusal):
    sentence = "The room is full."


class Closed(Full):
    sentence = "The room is closed."


class Room(PageForm):
    name = forms.CharField(label="Name")
    seats = forms.IntegerField(label="Seats")


def _refuse(refusal: Refusal) -> Any:
    def verb() -> None:
        raise refusal

    return verb


def _form(**data: str) -> Room:
    return Room({"name": "Blue", "seats": "8"} | data)


def _request(method: str = "POST") -> HttpRequest:
    request = RequestFactory().generic(method, "/")
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def _said(request: HttpRequest) -> list[tuple[str, str]]:
    return [(each.level_tag, str(each)) for each in get_messages(request)]


def test_a_valid_form_gives_back_what_was_made() -> None:
    outcome = save(_form(), lambda: "a room")

    assert isinstance(outcome, Saved)
    assert outcome.made == "a room"


def test_an_invalid_form_never_asks_the_verb() -> None:
    outcome = save(_form(seats="some"), _refuse(Full()))

    assert isinstance(outcome, Shown)
    assert outcome.refusal is None


@pytest.mark.parametrize(
    ("beside", "where"), [("seats", "seats"), ("colour", "__all__"), ("", "__all__")]
)
def test_a_refusal_stands_beside_its_field_or_above_the_form(
    beside: str, where: str
) -> None:
    form = _form()

    assert not save(form, _refuse(Full()), beside=beside).done
    assert form.errors.as_data().keys() == {where}
    assert form.errors[where] == ["The room is full."]


def test_what_the_view_answers_itself_is_raised_and_what_it_does_not_is_said() -> None:
    with pytest.raises(Closed):
        save(_form(), _refuse(Closed()), leaves=(Closed,))
    with pytest.raises(Closed):
        press(_request(), _refuse(Closed()), leaves=(Closed,))

    form = _form()
    assert not save(form, _refuse(Full()), leaves=(Closed,)).done
    assert form.non_field_errors() == ["The room is full."]


def test_who_comes_second_sees_both_versions() -> None:
    form = _form(name="Green")
    outcome = save(
        form,
        _refuse(ChangedMeanwhile()),
        saved=lambda: {"name": "Red", "seats": 8},
    )

    assert isinstance(outcome, Shown)
    assert form.non_field_errors()
    assert [(each.label, each.words) for each in outcome.theirs or []] == [
        ("Name", "Red")
    ]
    assert form["name"].value() == "Green"


def test_who_comes_second_is_told_where_nothing_can_be_compared() -> None:
    form = _form()

    outcome = save(form, _refuse(ChangedMeanwhile()))

    assert isinstance(outcome, Shown)
    assert outcome.theirs is None
    assert form.non_field_errors()


def test_a_page_that_asks_once_more_does_nothing_until_its_button_is_pressed() -> None:
    done: list[int] = []

    assert not confirm(_request("GET"), lambda: done.append(1)).done
    assert done == []
    assert confirm(_request(), lambda: done.append(1)).done
    assert done == [1]


def test_a_page_that_asks_once_more_says_why_it_was_not_done() -> None:
    outcome = confirm(_request(), _refuse(Full()))

    assert isinstance(outcome, Shown)
    assert str(outcome.refusal) == "The room is full."


@pytest.mark.parametrize(
    ("says", "said"),
    [
        ("Saved.", [("success", "Saved.")]),
        (lambda made: f"Made {made}.", [("success", "Made 3.")]),
        ("", []),
    ],
)
def test_a_button_says_what_was_done(says: Any, said: list[tuple[str, str]]) -> None:
    request = _request()

    assert press(request, lambda: 3, says=says)
    assert _said(request) == said


def test_a_button_says_why_it_was_not_done() -> None:
    request = _request()

    assert not press(request, _refuse(Full()), says="Saved.")
    assert _said(request) == [("error", "The room is full.")]
