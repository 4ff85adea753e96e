"""A review's own copy of its framework stays text until somebody asks for a part of it."""

import pytest

from reviews import packs
from reviews.models import Review
from reviews.packs.kept import KeptFramework
from tests.make import PACK


def kept(review: Review) -> KeptFramework:
    found = Review.objects.get(pk=review.pk).framework
    assert isinstance(found, KeptFramework)
    return found


def test_it_is_the_framework_that_the_review_was_made_with(review: Review) -> None:
    assert dict(kept(review)) == packs.as_mapping(packs.load(PACK))
    assert len(kept(review)) == len(packs.as_mapping(packs.load(PACK)))


def test_a_page_that_reads_the_framework_takes_nothing_apart(
    review: Review, other_review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: whoever asks for a part does."""
    first = Review.objects.get(pk=review.pk).pack
    taken: list[KeptFramework] = []

    def values(kept: KeptFramework) -> dict[str, object]:
        taken.append(kept)
        return {}

    monkeypatch.setattr(KeptFramework, "_values", property(values))

    assert Review.objects.get(pk=other_review.pk).pack is first
    assert taken == []
    assert list(kept(review)) == []
    assert taken != []


def test_saving_a_review_leaves_its_framework_as_it_was(review: Review) -> None:
    before = kept(review).text

    Review.objects.get(pk=review.pk).save()

    assert kept(review).text == before


def test_a_part_that_is_changed_is_changed_in_this_review_alone(
    review: Review, other_review: Review
) -> None:
    found = Review.objects.get(pk=review.pk)
    found.framework["themes"][0]["title"] = "Another title"
    found.save()

    assert kept(review)["themes"][0]["title"] == "Another title"
    assert Review.objects.get(pk=review.pk).pack.themes[0].title == "Another title"
    assert kept(other_review)["themes"][0]["title"] != "Another title"


def test_one_value_of_it_can_be_asked_of_the_database(review: Review) -> None:
    assert Review.objects.filter(framework__code=PACK).get(pk=review.pk) == review
    values = Review.objects.filter(pk=review.pk).values_list(
        "framework__code", flat=True
    )
    assert list(values) == [PACK]
