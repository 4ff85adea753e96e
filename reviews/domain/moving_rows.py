"""One row after the other of a review that is moved in: looked at, given its new number, and saved."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models
from django.db.models import Model

from reviews.apps_above import moving as above
from reviews.apps_above.moving import Ids
from reviews.domain.moving_in import Arriving, DamagedFile, framework_of
from reviews.files import store, uploads
from reviews.models import DocumentVersion, Review, Stage, User
from reviews.packs import Pack
from reviews.reading.moving_fields import Moving
from reviews.rules.moving import from_plain
from reviews.rules.shapes import is_number, is_text
from reviews.secrets.sealing import SealedJSONField


def checked_documents(arriving: Arriving) -> dict[str, uploads.Checked]:
    """Each document's file, looked at as any upload is. Takes its time. Raises DamagedFile."""
    (review,) = arriving.rows["reviews.Review"]
    reference = review.get("case_reference")
    found: dict[str, uploads.Checked] = {}
    for row in arriving.rows["reviews.DocumentVersion"]:
        name, beside = _text_of(row, "name"), _text_of(row, "stored_as")
        if beside not in arriving.files or beside in found:
            raise DamagedFile([f"The file of the document “{name}” is missing."])
        try:
            checked = uploads.check(
                name,
                arriving.files[beside],
                case_reference=reference if isinstance(reference, str) else "",
            )
        except uploads.FileRefused as refusal:
            raise DamagedFile([f"The document “{name}”: {refusal}."]) from refusal
        if checked.kind != row.get("kind"):
            raise DamagedFile(
                [f"The document “{name}” is of another kind than it says."]
            )
        found[beside] = checked
    return found


def _text_of(row: Any, name: str) -> str:
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, str) else ""


class Rows:
    """Makes the rows of one review. ``stored`` are the files that were written, to be taken back."""

    def __init__(
        self, arriving: Arriving, documents: Mapping[str, uploads.Checked]
    ) -> None:
        self._arriving, self._documents = arriving, documents
        self._shapes, self._codes = above.all_shapes(), above.all_codes()
        self._turned = above.all_turned()
        self._later: list[tuple[Model, str]] = []
        self._used: set[str] = set()
        self.ids = Ids()
        self.stored: list[str] = []
        self.pack: Pack = framework_of(arriving.rows["reviews.Review"][0])
        self.review: Review | None = None
        self.people: dict[int, User] = {}

    def make_review(self, moving: Moving) -> Review:
        """Raises DamagedFile."""
        (said,) = self._arriving.rows[moving.label]
        review = cast(Review, self._make(moving, said, "The review"))
        framework = (review.pack_code, review.pack_version)
        if framework != (self.pack.code, self.pack.version):
            raise DamagedFile(["The review says that it has another framework."])
        if review.stage == Stage.CLOSED:
            raise DamagedFile(["A closed review does not move."])
        self.review = review
        return review

    def make(self, moving: Moving) -> list[Model]:
        """All rows of one model. Raises DamagedFile."""
        waiting = [
            (f"{str(moving.model._meta.verbose_name).capitalize()} {number}", said)
            for number, said in enumerate(self._arriving.rows[moving.label], start=1)
        ]
        found: list[Model] = []
        while waiting:
            # A row comes after the one of its own kind that it leads to.
            ready = [each for each in waiting if not self._leads_ahead(moving, each[1])]
            if not ready:
                raise DamagedFile(
                    [f"{waiting[0][0]} leads to what is not in the file."]
                )
            found += [self._make(moving, said, what) for what, said in ready]
            waiting = [each for each in waiting if each not in ready]
        return found

    def _leads_ahead(self, moving: Moving, said: Any) -> bool:
        if not isinstance(said, dict):
            return False
        own = [name for name, label in moving.links.items() if label == moving.label]
        return any(
            said.get(name) is not None and not self.ids.has(moving.label, said[name])
            for name in own
        )

    def _make(self, moving: Moving, said: Any, what: str) -> Model:
        if not isinstance(said, dict) or said.keys() != moving.names:
            raise DamagedFile([f"{what} does not say what it should."])
        old = said["id"]
        if not (is_number(old) or is_text(old)) or self.ids.has(moving.label, old):
            raise DamagedFile([f"{what} has no number of its own."])
        row = moving.model(**self._values(moving, said, what))
        if self.review is not None and _has_review(moving.model):
            row.review = self.review  # type: ignore[attr-defined]
        if moving.file:
            self._take_file(moving, row, said, what)
        _clean(row, what)
        try:
            row.save(force_insert=True)
        except DatabaseError as error:
            raise DamagedFile([f"{what} does not fit to the others."]) from error
        self.ids.put(moving.label, old, row.pk)
        for name, label in moving.many.items():
            getattr(row, name).set(self._numbers(said[name], label, what))
        return row

    def _values(
        self, moving: Moving, said: Mapping[str, Any], what: str
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in moving.values:
            found[field.name] = self._value(moving, field, said[field.name], what)
        for name, label in moving.links.items():
            number = said[name]
            new = None if number is None else self._number(number, label, what)
            if new is None and moving.is_needed(name):
                raise DamagedFile([f"{what} leads to nothing."])
            found[moving.column(name)] = new
        for name in moving.people:
            found[name] = self._person(said[name], what)
            if found[name] is None and moving.is_needed(name):
                raise DamagedFile([f"{what} is of nobody."])
        for name in moving.emptied:
            found[moving.column(name)] = None
        return found

    def _value(
        self, moving: Moving, field: models.Field[Any, Any], value: Any, what: str
    ) -> Any:
        name = f"{moving.label}.{field.name}"
        told = f"{what}, {field.name.replace('_', ' ')}"
        try:
            found = from_plain(field, value)
        except ValueError as error:
            raise DamagedFile([f"{told}: {error}."]) from error
        is_json = isinstance(field, models.JSONField | SealedJSONField)
        if is_json and found is not None and not self._shapes[name](found):
            raise DamagedFile([f"{told}: it is not of the form that it should be."])
        if isinstance(field, models.UUIDField) and found is not None:
            new = uuid.uuid4()
            self.ids.put(name, value, new)
            return new
        if field.choices and found == "" and not field.blank:
            raise DamagedFile([f"{told}: it must not be empty."])
        if name in self._codes:
            self._check_codes(self._codes[name], found, told)
        return found

    def _check_codes(self, part: str, value: Any, told: str) -> None:
        known = {each.code for each in getattr(self.pack, part)} | {""}
        codes = value if isinstance(value, list) else [value]
        if lacking := [each for each in codes if each not in known]:
            raise DamagedFile([f"{told}: the framework has no “{lacking[0]}”."])

    def _numbers(self, listed: Any, label: str, what: str) -> list[Any]:
        if not isinstance(listed, list):
            raise DamagedFile([f"{what} does not say what it should."])
        return [self._number(each, label, what) for each in listed]

    def _number(self, old: Any, label: str, what: str) -> Any:
        new = self.ids.new(label, old)
        if new is None:
            raise DamagedFile([f"{what} leads to what is not in the file."])
        return new

    def _person(self, place: Any, what: str) -> User | None:
        if place is None:
            return None
        if not is_number(place) or place not in self.people:
            raise DamagedFile([f"{what} is of somebody who is not in the file."])
        return self.people[place]

    def _take_file(
        self, moving: Moving, row: Model, said: Mapping[str, Any], what: str
    ) -> None:
        name = said[moving.file]
        if name is None and not moving.is_needed(moving.file):
            return
        if not is_text(name) or name not in self._arriving.files or name in self._used:
            raise DamagedFile([f"{what} has no file of its own."])
        self._used.add(name)
        content = self._arriving.files[name]
        if isinstance(row, DocumentVersion):
            checked = self._documents[name]
            row.size, row.marks = len(checked.content), checked.marks
            row.stored_as = store.write(
                checked.content, review_id=row.review_id, owner=str(row.pk)
            )
            self.stored.append(row.stored_as)
            return
        same = hashlib.sha256(content).hexdigest() == said.get("sha256")
        if not content.startswith(b"%PDF-") or not same:
            raise DamagedFile([f"{what} is not the PDF that it was."])
        setattr(row, moving.file, content)

    def turn(self, moving: Moving, rows: list[Model]) -> None:
        """Once all rows are there: values that name others by number say the numbers of here."""
        for field in moving.values:
            turned = self._turned.get(f"{moving.label}.{field.name}")
            if turned is None:
                continue
            for row in rows:
                setattr(row, field.name, turned(getattr(row, field.name), self.ids))
                row.save(update_fields=[field.name])

    def files_left(self) -> set[str]:
        """Files that no row has."""
        return self._arriving.files.keys() - self._used


def _has_review(model: type[Model]) -> bool:
    return any(field.name == "review" for field in model._meta.concrete_fields)


def _clean(row: Model, what: str) -> None:
    """Length, choices, ranges, and what the database would refuse. Raises DamagedFile."""
    left_out = {
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation
        or isinstance(field, models.BinaryField)
        or getattr(row, field.attname) in (None, "", [], {})
    }
    try:
        row.clean_fields(exclude=left_out)
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        raise DamagedFile(
            f"{what}, {name.replace('_', ' ')}: {' '.join(words)}"
            for name, words in error.message_dict.items()
        ) from error
