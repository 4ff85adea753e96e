"""Sealed fields, boxes and keys: what is stored is unreadable, bound to its row, and mortal."""

import uuid
from pathlib import Path

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from reviews.models import Message, Review
from reviews.secrets import boxes, keystore
from reviews.secrets.sealing import WrongSeal


def make_message(review: Review, text: str = "The text") -> Message:
    message = Message(
        review=review,
        kind="test",
        to="someone@example.org",
        subject="Subject",
        text=text,
        queued_at=timezone.now(),
    )
    message.save()
    return Message.objects.get(pk=message.pk)


def stored_text(message: Message) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT text FROM reviews_message WHERE id = %s",
            [message.pk.hex if connection.vendor == "sqlite" else message.pk],
        )
        return bytes(cursor.fetchone()[0])


def test_sealed_text_comes_back_as_written(review: Review) -> None:
    message = make_message(review, "Ünïcode ✓ \x80 end")

    assert message.text == "Ünïcode ✓ \x80 end"


def test_sealed_text_is_not_in_the_database(review: Review) -> None:
    message = make_message(review, "canary-heron")

    assert b"canary-heron" not in stored_text(message)


def test_sealed_length_tells_nothing(review: Review) -> None:
    short, long = make_message(review, "a"), make_message(review, "a" * 200)

    assert len(stored_text(short)) == len(stored_text(long))


def test_sealed_text_moved_to_another_row_does_not_open(review: Review) -> None:
    """T36: a value copied to another row fails, and its own row still opens."""
    first, second = make_message(review, "first"), make_message(review, "second")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reviews_message SET text ="
            " (SELECT text FROM reviews_message WHERE id = %s) WHERE id = %s",
            [
                pk.hex if connection.vendor == "sqlite" else pk
                for pk in (first.pk, second.pk)
            ],
        )

    with pytest.raises(WrongSeal):
        _ = Message.objects.get(pk=second.pk).text
    assert Message.objects.get(pk=first.pk).text == "first"


def test_sealed_text_moved_to_another_review_does_not_open(
    review: Review, other_review: Review
) -> None:
    message = make_message(review, "ours")
    Message.objects.filter(pk=message.pk).update(review=other_review)

    with pytest.raises(WrongSeal):
        _ = Message.objects.get(pk=message.pk).text


def test_sealed_field_cannot_be_looked_up(review: Review) -> None:
    with pytest.raises(FieldError):
        Message.objects.filter(text="x").exists()


def test_sealed_field_cannot_be_updated_by_a_query(review: Review) -> None:
    make_message(review)

    with pytest.raises(TypeError):
        Message.objects.update(text="x")


def test_sealed_text_is_gone_with_its_key(review: Review) -> None:
    message = make_message(review)
    keystore.destroy(f"review-{review.pk}-people")

    with pytest.raises(keystore.KeyGone):
        _ = message.text


def test_bulk_create_seals(review: Review) -> None:
    rows = [
        Message(
            id=uuid.uuid4(),
            review=review,
            kind="bulk",
            to="a@example.org",
            subject=str(n),
            text="canary-otter",
            queued_at=timezone.now(),
        )
        for n in range(3)
    ]

    Message.objects.bulk_create(rows)

    assert [m.text for m in Message.objects.all()] == ["canary-otter"] * 3
    assert b"canary-otter" not in stored_text(rows[0])


def test_box_opens_only_with_its_own_key() -> None:
    private, public = boxes.new_pair()
    other, _ = boxes.new_pair()
    box = boxes.seal_to(public, b"answer", info=b"t", pad_to=64)

    assert boxes.open_box(private, box, info=b"t") == b"answer"
    with pytest.raises(boxes.CannotOpen):
        boxes.open_box(other, box, info=b"t")
    with pytest.raises(boxes.CannotOpen):
        boxes.open_box(private, box[:-1] + b"\0", info=b"t")
    with pytest.raises(boxes.CannotOpen):
        boxes.open_box(private, b"", info=b"t")


def test_key_is_never_overwritten(settings: Settings) -> None:
    keystore.create("a-key", value=b"1" * 32)

    with pytest.raises(keystore.KeyExists):
        keystore.create("a-key")
    assert keystore.read("a-key") == b"1" * 32


def test_destroyed_key_is_gone(settings: Settings) -> None:
    keystore.create("a-key")
    keystore.destroy("a-key")
    keystore.destroy("a-key")

    assert not keystore.exists("a-key")
    assert keystore.names() == []


def test_web_node_makes_a_worker_key_and_cannot_read_it(
    settings: Settings,
) -> None:
    private, public = boxes.new_pair()
    settings.WORKER_PUBLIC_KEY = public.hex()
    settings.MASTER_KEY_WORKER = ""
    keystore.create("worker-key", worker_only=True, value=b"2" * 32)

    with pytest.raises(keystore.KeyGone):
        keystore.read("worker-key")
    settings.MASTER_KEY_WORKER = private.hex()
    assert keystore.read("worker-key") == b"2" * 32


def test_keys_are_private_files(settings: Settings) -> None:
    keystore.create("a-key", value=b"3" * 32)
    file = Path(settings.KEYSTORE_DIR) / "a-key.key"

    assert file.stat().st_mode & 0o777 == 0o600
    assert b"3" * 32 not in file.read_bytes()
