"""T3: no table of what people said has room for a person, a moment, an order or a machine."""

import uuid

import pytest
from django.apps import apps
from django.db import models

# By hand, from the specification 2.2, 4.2 and 4.6. A new column needs a new line here, and a reason.
SPEECH: dict[str, set[str]] = {
    "questionnaires.Invitation": {
        "id",
        "questionnaire",
        "name",
        "email",
        "leaf",
        "link_hash",
        "generation",
        "delivery_state",
        "counted_in",
    },
    "questionnaires.SpentLink": {"nullifier", "questionnaire"},
    "questionnaires.AnswerBox": {"id", "questionnaire", "box"},
    "questionnaires.DraftBox": {"locator", "questionnaire", "box"},
    "questionnaires.ReleasedAnswer": {"id", "release", "atom", "closed"},
    "questionnaires.Comment": {
        "id",
        "release",
        "question",
        "atom",
        "text",
        "screening",
        # Codes of the framework that the team chose while reading, by nobody in particular.
        "themes",
    },
    "scheduling.Note": {
        "id",
        "review",
        "source_class",
        "body",
        "source_box",
    },
}
FORBIDDEN = (
    models.DateField,  # a DateTimeField is one too
    models.TimeField,
    models.DurationField,
    models.GenericIPAddressField,
    models.AutoField,
    models.BigAutoField,
    models.SmallAutoField,
)
MAY_POINT_AT = {
    "questionnaires.Questionnaire",
    "questionnaires.Release",
    "reviews.Review",
}


@pytest.mark.parametrize("label", SPEECH)
def test_columns_are_the_ones_of_the_specification(label: str) -> None:
    model = apps.get_model(label)

    assert {field.name for field in model._meta.local_fields} == SPEECH[label]
    assert not model._meta.local_many_to_many


@pytest.mark.parametrize("label", [*SPEECH, "scheduling.NoteDraft"])
def test_no_moment_no_sequence_no_machine(label: str) -> None:
    for field in apps.get_model(label)._meta.local_fields:
        assert not isinstance(field, FORBIDDEN), field


@pytest.mark.parametrize("label", SPEECH)
def test_no_column_points_at_a_person(label: str) -> None:
    for field in apps.get_model(label)._meta.local_fields:
        if field.is_relation:
            assert field.related_model is not None
            assert field.related_model._meta.label in MAY_POINT_AT, field


@pytest.mark.parametrize("label", SPEECH)
def test_random_keys_are_random_and_hold_no_time(label: str) -> None:
    key = apps.get_model(label)._meta.pk

    if isinstance(key, models.UUIDField):
        assert key.default is uuid.uuid4
    else:
        assert isinstance(key, models.CharField), key


def test_nothing_else_points_at_what_people_said() -> None:
    """A row elsewhere that points at a comment or a note could hold who and when."""
    spoken = {apps.get_model(label) for label in SPEECH}

    pointing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model not in spoken
        for field in model._meta.local_fields
        if field.is_relation and field.related_model in spoken
    ]

    assert pointing == []


def test_the_check_finds_a_time_where_there_is_one() -> None:
    """The control: a table that does keep moments fails."""
    fields = apps.get_model("reviews.AuditEvent")._meta.local_fields

    assert any(isinstance(field, FORBIDDEN) for field in fields)
