"""What is made once a process: bounded, forgotten one by one, safe between threads."""

from concurrent.futures import ThreadPoolExecutor

from reviews.pages import once
from reviews.pages.once import Once


def test_same_key_is_made_once() -> None:
    store: Once[str, list[int]] = Once(2)
    first = store.get("a", lambda: [1])

    assert store.get("a", lambda: [2]) is first
    assert store.find("b") is None


def test_value_that_is_empty_is_kept_too() -> None:
    store: Once[str, str] = Once(2)
    store.get("a", str)

    assert store.get("a", lambda: "made again") == ""


def test_longest_unused_makes_room_and_all_others_stay() -> None:
    store: Once[int, int] = Once(3)
    for number in range(3):
        store.keep(number, number)
    store.find(0)
    store.keep(3, 3)

    assert [store.find(number) for number in range(4)] == [0, None, 2, 3]
    assert len(store) == 3


def test_made_with_another_of_its_kind_inside() -> None:
    """A page is drawn from a questionnaire that is itself kept: no thread waits for itself."""
    store: Once[str, str] = Once(2)

    assert store.get("page", lambda: store.get("row", lambda: "row") + "!") == "row!"


def test_many_threads_never_overfill_it_and_read_their_own_value() -> None:
    store: Once[int, int] = Once(8)

    def busy(thread: int) -> bool:
        return all(
            store.get(key, lambda key=key: key * key) == key * key  # type: ignore[misc]
            for turn in range(300)
            for key in (turn % 11, thread)
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(busy, range(8)))
    assert len(store) == 8


def test_one_reset_empties_every_store() -> None:
    stores: list[Once[int, int]] = [Once(2), Once(2)]
    for store in stores:
        store.keep(1, 1)

    once.forget_all()

    assert [len(store) for store in stores] == [0, 0]
