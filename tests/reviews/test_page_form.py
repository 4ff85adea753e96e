"""Questions that apply with one answer alone stand under it, and nothing typed there is lost unseen."""

import importlib
import pkgutil
from collections.abc import Iterator

from django import forms
from django.template import Context, Template

from reviews.pages.form import DatePartsField, PageForm, Revealed


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
    return {name: [*map(str, each)] for name, each in Visit(data).errors.items()}


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


# "Enter what happened", "Select your decision": before any other word goes an article, and which
# one is not guessed.
READS_ON = frozenset(
    [
        "the",
        "your",
        "how",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "it",
        "by",
        "from",
        "in",
        "one",
        "this",
        "to",
    ]
)


def every_form() -> Iterator[type[PageForm]]:
    for app in ("reviews", "questionnaires", "casemapping", "scheduling", "feedback"):
        package = importlib.import_module(app)
        for module in pkgutil.walk_packages(package.__path__, f"{app}."):
            if "forms" in module.name or "views" in module.name:
                importlib.import_module(module.name)
    waiting = [PageForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.split(".")[0] not in ("tests", "peerreview"):
            yield form


def lacks_words(form: type[PageForm]) -> list[str]:
    """Required fields that would say something that nobody says."""
    needed = {name for each in form.reveals for name in each.needed}
    return [
        f"{form.__qualname__}.{name}: {field.label}"
        for name, field in form.base_fields.items()
        if field.required or name in needed
        if field.error_messages["required"].startswith("This field")
        and not isinstance(field.widget, forms.HiddenInput | forms.FileInput)
        and not str(field.label or "The").endswith("?")
        and str(field.label or "The").split()[0].lower() not in READS_ON
    ]


def test_every_field_that_has_to_be_filled_in_says_so_in_words_of_its_own() -> None:
    found = list(every_form())
    assert len(found) > 80
    # What allauth's forms ask for is named when they are made: see the tests of accounts.
    ours = [each for each in found if each.__module__ != "reviews.forms.accounts"]

    assert [words for form in ours for words in lacks_words(form)] == []


def test_field_that_says_nothing_of_its_own_is_found() -> None:
    class Agency(PageForm):
        agency = forms.CharField(label="Agency")
        said = forms.CharField(
            label="Room", error_messages={"required": "Enter a room"}
        )

    assert lacks_words(Agency) == [f"{Agency.__qualname__}.agency: Agency"]


def test_missing_words_follow_the_label() -> None:
    class Words(PageForm):
        happened = forms.CharField(label="What happened")
        room = forms.ChoiceField(label="Which room?", choices=[("", "")])
        why = forms.CharField(label="Why not?")
        day = DatePartsField(
            label="Day", error_messages={"required": "Enter a day of the visit"}
        )
        file = forms.FileField(label="Letter")

    assert {name: list(each) for name, each in Words({}).errors.items()} == {
        "happened": ["Enter what happened"],
        "room": ["Select an answer to “Which room?”"],
        "why": ["Answer “Why not?”"],
        "day": ["Enter a day of the visit"],
        "file": ["Select a file"],
    }
