"""Questions that apply with one answer alone stand under it, and nothing typed there is lost unseen."""

from django import forms
from django.template import Context, Template

from reviews.pages.form import PageForm, Revealed


class Visit(PageForm):
    reveals = (Revealed("coming", "no", ("why", "instead"), needed=("why",)),)
    choice_hints = {"coming": {"yes": "We meet at the door"}}

    coming = forms.ChoiceField(
        label="Are you coming?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label="Why not?", required=False)
    instead = forms.CharField(label="Who comes instead?", required=False)


def shown(form: PageForm) -> str:
    page = Template("{% load crispy_forms_tags %}{% crispy form %}")
    return " ".join(page.render(Context({"form": form})).split())


def errors(**data: str) -> dict[str, list[str]]:
    return {name: list(each) for name, each in Visit(data).errors.items()}


def test_each_question_is_drawn_once_in_its_place() -> None:
    page = shown(Visit())

    assert [page.count(f'name="{n}"') for n in ("why", "instead")] == [1, 1]
    assert page.index('value="no"') < page.index('name="why"')
    assert page.index('name="instead"') < page.index("</fieldset>")


def test_scripts_are_told_what_to_reveal_and_without_them_all_is_there() -> None:
    page = shown(Visit())

    assert 'data-reveals="id_coming_1_more"' in page
    assert (
        'class="govuk-radios__conditional govuk-radios__conditional--hidden" '
        'id="id_coming_1_more"'
    ) in page
    assert "govuk-radios__conditional--hidden" not in shown(Visit({"coming": "no"}))


def test_a_hint_under_an_answer_is_read_with_it() -> None:
    page = shown(Visit())

    assert 'aria-describedby="id_coming_0_hint"' in page
    assert 'id="id_coming_0_hint"' in page
    assert "We meet at the door" in page


def test_what_an_answer_cannot_do_without_is_not_called_optional() -> None:
    page = shown(Visit())

    assert "Why not? (optional)" not in page
    assert "Who comes instead? (optional)" in page


def test_only_its_answer_asks_for_it() -> None:
    assert errors(coming="yes") == {}
    assert errors(coming="no", why="Snow") == {}
    assert errors(coming="no", why=" ").keys() == {"why"}
    assert errors(coming="no", why="Snow", instead="Ann") == {}


def test_words_under_an_answer_that_was_not_given_are_asked_about() -> None:
    for data in ({"why": "Snow"}, {"instead": "Ann"}):
        assert errors(coming="yes", **data) == {
            "coming": [
                "Select “No”, or leave “Why not?” and “Who comes instead?” empty"
            ]
        }


def test_without_an_answer_only_the_answer_is_asked_for() -> None:
    assert errors(why="Snow").keys() == {"coming"}
