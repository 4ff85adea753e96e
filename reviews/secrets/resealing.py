"""Moves sealed values from one key to another: for migrations, whose models know no key."""

from collections.abc import Callable
from typing import Any

from reviews.secrets import keystore
from reviews.secrets.sealing import key_name, seal, unseal


class KeyMissing(RuntimeError):
    """A value stands under a key that is not in this keystore."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The key {name} is missing. Start this with the keystore that belongs to the "
            "database: nothing was changed."
        )


def reseal(
    apps: Any,
    label: str,
    *,
    to: str,
    fields: tuple[str, ...],
    review: str,
    was: str,
    own: tuple[str, Callable[[int], str]] | None = None,
) -> None:
    """Seal ``fields`` of every row of the model ``label`` under the review's key of scope ``to``.

    ``review`` is the way from a row to its review's number, ``was`` the scope of before. Where the
    review has several keys of that scope, ``own`` is the way to a number and makes a name of it.
    What stands under the new key already is left. Raises KeyMissing.
    """
    whose, named = own or (review, lambda number: key_name(to, number))
    model = apps.get_model(*label.split("."))
    where = model._meta.label_lower
    rows = model._base_manager.values_list("pk", review, whose, *fields)
    for pk, number, holder, *values in list(rows):
        name = named(holder)
        keystore.ensure(name)
        changed = {
            field: _moved(
                bytes(value),
                name=name,
                was=key_name(was, number),
                aad=f"{where}.{field}|{pk}|{number}".encode(),
                pad_to=model._meta.get_field(field).pad,
            )
            for field, value in zip(fields, values, strict=True)
            if value is not None and bytes(value)[1:17] != keystore.key_id(name)
        }
        if changed:
            model._base_manager.filter(pk=pk).update(**changed)


def _moved(value: bytes, *, name: str, was: str, aad: bytes, pad_to: int) -> bytes:
    try:
        plaintext = unseal(value, key=keystore.read(was), aad=aad)
    except keystore.KeyGone as error:
        raise KeyMissing(was) from error
    return seal(
        plaintext,
        key=keystore.read(name),
        key_id=keystore.key_id(name),
        aad=aad,
        pad_to=pad_to,
    )


def seal_plain(apps: Any, label: str, *, to: str, field: str, review: str) -> None:
    """Seal what stood in clear in ``field`` of every row of the model ``label``, under the review's
    key of scope ``to``. What is sealed already is left.
    """
    model = apps.get_model(*label.split("."))
    where = model._meta.label_lower
    rows = model._base_manager.filter(**{f"{field}__isnull": False}).values_list(
        "pk", review, field
    )
    for pk, number, value in list(rows):
        name = key_name(to, number)
        keystore.ensure(name)
        if bytes(value)[1:17] == keystore.key_id(name):
            continue
        sealed = seal(
            bytes(value),
            key=keystore.read(name),
            key_id=keystore.key_id(name),
            aad=f"{where}.{field}|{pk}|{number}".encode(),
            pad_to=model._meta.get_field(field).pad,
        )
        model._base_manager.filter(pk=pk).update(**{field: sealed})
