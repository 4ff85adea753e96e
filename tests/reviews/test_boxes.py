"""Sealed boxes: bound to one use, all of one length, and those of before libsodium still open."""

import pytest
from nacl.public import PublicKey, SealedBox
from pytest_django.fixtures import Settings

from reviews.secrets import boxes, keystore
from scheduling.models import notebooks

# What the code of before libsodium made: the session 417, and a key of 32 "k".
OLD_PRIVATE = bytes(range(1, 33))
OLD_SOURCE = bytes.fromhex(
    "19b3703bedd3fdd57133fbcda3817eb93f7e45848d8a928fd4be9b7afd44ab1e"
    "1d8e8e1046710da2a6129bd09ba97bb8ac0ee53fa3932b4cd62b859285214555"
    "93b0496e5041f9921f376e072c2d0a91f1411e7cc2725d7a75572673f524bbc5"
    "9655ab4e8f8e80fc9dba4e236246eba3"
)
OLD_KEY = bytes.fromhex(
    "a6a7e69377cd9b5a81fa452e2169d2b739d1afadea0a481a3a1746c05d89a109"
    "d64791d02e3c49bc3ccb74593ffa1c55224f9a92a339ce4a701b7153aadf287a"
    "3c4d81fd750579abf5c0fd04a2af49c1c034531c636c5338726e9754fd9a22c8"
    "ab598f4ec47cb2bcb455fa7ba9700ac8"
)
OLD_KEY_NAME = "review-1-sources"


@pytest.fixture
def pair() -> tuple[bytes, bytes]:
    return boxes.new_pair()


def test_box_of_one_use_does_not_open_as_another(pair: tuple[bytes, bytes]) -> None:
    private, public = pair
    box = boxes.seal_to(public, b"answer", info=b"pr-box-v1", pad_to=64)

    assert boxes.open_box(private, box, info=b"pr-box-v1") == b"answer"
    for other in (b"pr-source-v1", b"pr-box-v2", b"pr-box-v1 ", b""):
        with pytest.raises(boxes.CannotOpen):
            boxes.open_box(private, box, info=other)


def test_box_that_names_no_use_does_not_open(pair: tuple[bytes, bytes]) -> None:
    """Anybody can close a box of libsodium's; without our context it is not ours."""
    private, public = pair
    stranger = SealedBox(PublicKey(public))

    for inside in (b"", b"short", boxes.pad(b"answer", to=64)):
        box = bytes(stranger.encrypt(inside))
        with pytest.raises(boxes.CannotOpen):
            boxes.open_box(private, box, info=b"t")


@pytest.mark.parametrize("pad_to", [64, 16 * 1024])
def test_length_tells_neither_text_nor_use_nor_age(
    pair: tuple[bytes, bytes], pad_to: int
) -> None:
    _, public = pair
    most = boxes.most_bytes(pad_to=pad_to)
    texts = (b"", b"7", b"x" * (most // 2), b"x" * most)

    lengths = {
        len(boxes.seal_to(public, text, info=use, pad_to=pad_to))
        for text in texts
        for use in (b"t", b"a much longer name of a use" * 9)
    }

    assert len(lengths) == 1
    # One byte more and it would be the only box of its length.
    longer = boxes.seal_to(public, b"x" * (most + 1), info=b"t", pad_to=pad_to)
    assert len(longer) not in lengths
    if pad_to == 64:
        assert lengths == {len(OLD_SOURCE)} == {len(OLD_KEY)}


def test_every_changed_byte_is_noticed(pair: tuple[bytes, bytes]) -> None:
    private, public = pair
    box = boxes.seal_to(public, b"answer", info=b"t", pad_to=64)

    for at in range(len(box)):
        changed = bytearray(box)
        changed[at] ^= 1
        with pytest.raises(boxes.CannotOpen):
            boxes.open_box(private, bytes(changed), info=b"t")
    with pytest.raises(boxes.CannotOpen):
        boxes.open_box(private, box[:-1], info=b"t")


def test_old_box_opens_for_its_own_use_alone() -> None:
    assert notebooks.open_source(OLD_PRIVATE, memoryview(OLD_SOURCE)) == 417
    with pytest.raises(boxes.CannotOpen):
        boxes.open_box(OLD_PRIVATE, OLD_SOURCE, info=b"pr-box-v1")
    with pytest.raises(boxes.CannotOpen):
        boxes.open_box(bytes(range(2, 34)), OLD_SOURCE, info=b"pr-source-v1")


def test_old_box_damaged_does_not_open() -> None:
    for at in (0, 40, len(OLD_SOURCE) - 1):
        changed = bytearray(OLD_SOURCE)
        changed[at] ^= 1
        with pytest.raises(boxes.CannotOpen):
            boxes.open_box(OLD_PRIVATE, bytes(changed), info=b"pr-source-v1")


def test_key_of_an_old_keystore_is_read(settings: Settings) -> None:
    settings.MASTER_KEY_WORKER = OLD_PRIVATE.hex()
    settings.KEYSTORE_DIR.mkdir()
    stored = settings.KEYSTORE_DIR / f"{OLD_KEY_NAME}.key"
    stored.write_bytes(b"\x02" + OLD_KEY)

    assert keystore.read(OLD_KEY_NAME) == b"k" * 32
    stored.rename(settings.KEYSTORE_DIR / "review-2-sources.key")
    with pytest.raises(boxes.CannotOpen):
        keystore.read("review-2-sources")


def test_worker_key_under_another_name_does_not_open(settings: Settings) -> None:
    """Whoever can move files in the keystore cannot pass one key off as another."""
    keystore.create("review-1-sources", worker_only=True)
    folder = settings.KEYSTORE_DIR
    (folder / "review-1-sources.key").rename(folder / "review-2-sources.key")

    with pytest.raises(boxes.CannotOpen):
        keystore.read("review-2-sources")
