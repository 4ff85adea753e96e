"""Sealed fields: text that is ciphertext in the database and bound to its own row.

Value: ``version(1) || key_id(16) || nonce(12) || AES-256-GCM``, with the field, the row and the
review as associated data, so that a value copied to another row does not open. See the
non-attribution specification 6 for why this is not Fernet.
"""

import json
import secrets
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Substr
from django.db.models.query_utils import DeferredAttribute

from reviews.secrets import keystore
from reviews.secrets.boxes import pad, unpad

_VERSION = b"\x01"
_NONCE = 12
_HEAD = 1 + 16

# Notes, drafts and comments: one size, since length is a fingerprint across backups.
SPEECH_PAD = 4096
ORDINARY_PAD = 256


class WrongSeal(Exception):
    """The value belongs to another row, or was changed."""


class Sealed(bytes):
    """Ciphertext as it stands in the column."""


def seal(
    plaintext: bytes, *, key: bytes, key_id: bytes, aad: bytes, pad_to: int
) -> Sealed:
    nonce = secrets.token_bytes(_NONCE)
    body = AESGCM(key).encrypt(nonce, pad(plaintext, to=pad_to), aad)
    return Sealed(_VERSION + key_id + nonce + body)


def unseal(sealed: bytes, *, key: bytes, aad: bytes) -> bytes:
    """The plaintext. Raises WrongSeal."""
    nonce, body = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
    try:
        return unpad(AESGCM(key).decrypt(nonce, body, aad))
    except InvalidTag as error:
        raise WrongSeal from error


# A review's keys by what they are for, and so by the day on which they die:
#   speech   what people said: notes, comments, answers, case texts, excerpts, requests to be heard
#   report   findings, the report, alerts that a child may be at risk
#   work     what the team and its manager wrote for themselves: hypotheses, figures, questions
#   people   names in the timetable, replies, messages, interests
#   files    uploaded documents
#   roster   the names and titles that texts are screened for
SCOPES = ("speech", "report", "work", "people", "files", "roster")
# Of these a review has several keys, and a row says which is its own (``sealed_under``):
#   invitees  names and addresses of those invited, a key for each questionnaire
OWN_KEYS = ("invitees",)


def key_name(scope: str, review_id: int | None) -> str:
    """The data key of a review's ``scope``; rows of no review share the installation's."""
    return f"review-{review_id}-{scope}" if review_id else f"installation-{scope}"


class _SealedAttribute(DeferredAttribute):
    """Opens the value when it is first read, so that listing rows costs nothing."""

    field: "SealedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = self.field.open(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # Without this the value in the row's own dictionary would be read past ``__get__``.
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _Bytes = models.BinaryField[Any, Any]
else:
    _Bytes = models.BinaryField


class SealedTextField(_Bytes):
    """Text sealed under the review's key of ``scope``, padded to a multiple of ``pad`` bytes.

    The model needs a UUID primary key (known before the row is) and ``sealed_review_id``; for a
    scope of OWN_KEYS also ``sealed_under``, the name of the key.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *, scope: str, pad: int = ORDINARY_PAD, **options: Any) -> None:
        self.scope, self.pad = scope, pad
        options.setdefault("editable", False)
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("editable", None)
        return name, path, args, {**options, "scope": self.scope, "pad": self.pad}

    def _check_str_default_value(self) -> list[Any]:
        return []  # the column is bytes, the value is text

    def _aad(self, instance: models.Model) -> bytes:
        review = instance.sealed_review_id  # type: ignore[attr-defined]
        where = f"{self.model._meta.label_lower}.{self.name}"
        return f"{where}|{instance.pk}|{review}".encode()

    def _key_name(self, instance: models.Model) -> str:
        if self.scope in OWN_KEYS:
            return str(instance.sealed_under)  # type: ignore[attr-defined]
        return key_name(self.scope, instance.sealed_review_id)  # type: ignore[attr-defined]

    def open(self, instance: models.Model, value: Sealed) -> Any:
        key = keystore.read(self._key_name(instance))
        return self.to_words(unseal(value, key=key, aad=self._aad(instance)))

    def close(self, instance: models.Model, words: Any) -> Sealed:
        name = self._key_name(instance)
        return seal(
            self.to_bytes(words),
            key=keystore.read(name),
            key_id=keystore.key_id(name),
            aad=self._aad(instance),
            pad_to=self.pad,
        )

    def to_bytes(self, words: Any) -> bytes:
        return str(words).encode()

    def to_words(self, plaintext: bytes) -> Any:
        return plaintext.decode()

    def from_db_value(
        self, value: Any, expression: object, connection: BaseDatabaseWrapper
    ) -> Sealed | None:
        return None if value is None else Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        return self.close(model_instance, value)

    def get_db_prep_value(
        self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> Any:
        if value is not None and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: save the row, not a query.")
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed: nothing can be looked up by it.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} is sealed and is not serialised.")


def seal_of(name: str) -> Substr:
    """What stands for the value of a sealed column, to tell whether it was changed.

    Each sealing has a nonce of its own, so the value itself stays unread.
    """
    return Substr(name, 1, _HEAD + _NONCE, output_field=models.BinaryField())


def close_all(instance: models.Model) -> None:
    """Seal now what saving would seal: for work that must not hold the database meanwhile."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, SealedTextField):
            instance.__dict__[field.attname] = field.pre_save(instance, add=True)


class SealedJSONField(SealedTextField):
    """The same for plain lists and dictionaries."""

    @staticmethod
    def to_bytes_of(words: Any) -> bytes:
        return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()

    def to_bytes(self, words: Any) -> bytes:
        return self.to_bytes_of(words)

    def to_words(self, plaintext: bytes) -> Any:
        return json.loads(plaintext)


class SealedBytesField(SealedTextField):
    """The same for a file's bytes."""

    def to_bytes(self, words: Any) -> bytes:
        return bytes(words)

    def to_words(self, plaintext: bytes) -> Any:
        return plaintext
