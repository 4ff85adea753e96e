"""An archive that takes two people to open: a ZIP, sealed with age for one key inside the other.

Each key lies beside what it opens, sealed itself under a passphrase. So the archive is made from two
locks, which open nothing, and neither passphrase is kept until then. The format is plain age in plain
ZIPs: the tools of these names open it without us.
"""

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import pyrage

from reviews.files.timeless import MADE
from reviews.refusals import Refusal

CONTENTS = "contents.json"
# What a cover holds: a key under a passphrase, and what is sealed for it.
KEY, SEALED = "key.age", "sealed.age"
_LARGEST_KEY = 4096
FORMAT, VERSION = "critical-friend-archive", 1
# What a file that age has sealed with a passphrase begins with.
_SEALED = b"age-encryption.org/v1\n-> scrypt "
# Names that mean the same on every system: no way out of the folder, no streams, nothing hidden.
_UNFIT = r"\x00-\x1f\x7f\ud800-\udfff/\\:*?\"<>|"
_NAME = re.compile(rf"[^{_UNFIT}. ][^{_UNFIT}]*")
_LONGEST_NAME = 200
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


class NotAnArchive(Refusal):
    """Neither closed here nor anything like it."""

    sentence = "This file is not the archive of a closed review."


class WrongFirstPassphrase(Refusal):
    """The outer one; a changed byte in the few that hold its key looks the same."""

    sentence = (
        "The first passphrase does not open this archive. Check it word by word, and whether "
        "the two were swapped."
    )


class WrongSecondPassphrase(Refusal):
    """The inner one; the outer one was right."""

    sentence = (
        "The first passphrase is right. The second does not open this archive: check it word "
        "by word."
    )


class Damaged(Refusal):
    """Something is missing or was changed since it was closed."""

    sentence = (
        "This archive is damaged: it is not as it was when it was closed. "
        "Open another copy of it."
    )


class TooSlowHere(Refusal):
    """It was sealed on a machine so much faster that the library gives up on this one, or this one
    has much else to do."""

    sentence = (
        "This machine is too slow, or has too much to do, to open the file. Try again in a minute, "
        "or open it on a faster one."
    )


class TooMuchInside(Refusal):
    """It unpacks to more than whoever opens it takes."""

    sentence = "This file unpacks to more than can be taken. Nothing of it was read."


class UnfitName(Refusal):
    """A file of that name could be written elsewhere, or over another."""

    def __init__(self, name: str) -> None:
        shown = "".join(each if each.isprintable() else "?" for each in name)[:80]
        super().__init__(
            f"A file called “{shown}” cannot be in an archive. Names there are without folders "
            "and without signs that some systems forbid, and each comes once."
        )


class Lock(NamedTuple):
    """What closes for a passphrase and opens nothing: a key's public half, and the key under the
    passphrase."""

    public: str
    key: bytes


def lock(passphrase: str) -> Lock:
    identity = pyrage.x25519.Identity.generate()
    return Lock(str(identity.to_public()), sealed(str(identity).encode(), passphrase))


def close(files: Mapping[str, bytes], *, inner: Lock, outer: Lock) -> bytes:
    """The archive of ``files``, name to content. Raises UnfitName.

    ``outer`` is of the first passphrase that whoever opens it is asked for. Raises ValueError where
    one person could do it alone.
    """
    if inner == outer:
        raise ValueError("Two passphrases are needed.")
    return _locked(_locked(packed(files), inner), outer)


def _locked(content: bytes, with_: Lock) -> bytes:
    recipient = pyrage.x25519.Recipient.from_str(with_.public)
    return _zip({KEY: with_.key, SEALED: pyrage.encrypt(content, [recipient])})


def _unlocked(content: bytes, passphrase: str, *, wrong: type[Refusal]) -> bytes:
    """What ``_locked`` locked. Raises NotAnArchive, ``wrong``, TooSlowHere, Damaged."""
    if not content.startswith(b"PK"):
        raise NotAnArchive
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as cover:
            if sorted(cover.namelist()) != [KEY, SEALED]:
                raise NotAnArchive
            if cover.getinfo(KEY).file_size > _LARGEST_KEY:
                raise Damaged
            key, inside = cover.read(KEY), cover.read(SEALED)
    except _BROKEN_ZIP as error:
        raise Damaged from error
    identity = unsealed(key, passphrase, wrong=wrong).decode(errors="replace")
    try:
        plain: bytes = pyrage.decrypt(
            inside, [pyrage.x25519.Identity.from_str(identity)]
        )
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise Damaged from error
    return plain


def opened(content: bytes, *, inner: str, outer: str) -> dict[str, bytes]:
    """The files of an archive, each as it was closed.

    Raises NotAnArchive, WrongFirstPassphrase, WrongSecondPassphrase, Damaged, TooSlowHere and
    UnfitName.
    """
    inside = _unlocked(content, outer, wrong=WrongFirstPassphrase)
    return unpacked(_unlocked(inside, inner, wrong=WrongSecondPassphrase))


def packed(files: Mapping[str, bytes]) -> bytes:
    """The ZIP: the same files give the same bytes. Raises UnfitName."""
    _check_names([*files])
    listed = [
        {"name": name, "size": len(files[name]), "sha256": _digest(files[name])}
        for name in sorted(files)
    ]
    contents = {"format": FORMAT, "version": VERSION, "files": listed}
    words = json.dumps(contents, ensure_ascii=False, indent=2) + "\n"
    parts = {name: files[name] for name in sorted(files)}
    return _zip({CONTENTS: words.encode(), **parts})


def _zip(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            # Of no day and of no machine; for its owner alone once it is unpacked.
            part = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            part.create_system, part.external_attr = 3, 0o600 << 16
            archive.writestr(part, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(content: bytes, *, most: int | None = None) -> dict[str, bytes]:
    """The files of a ZIP, held to its list of contents.

    ``most``: how many bytes they may be together. Raises NotAnArchive, Damaged, UnfitName,
    TooMuchInside.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            # Whatever a header says, no more than that is unpacked of its file.
            said = sum(each.file_size for each in archive.infolist())
            if most is not None and said > most:
                raise TooMuchInside
            names = archive.namelist()
            if CONTENTS not in names:
                raise NotAnArchive
            _check_names([name for name in names if name != CONTENTS])
            listed = _listed(archive.read(CONTENTS))
            if len(names) != len(listed) + 1 or {*names} != {*listed, CONTENTS}:
                raise Damaged
            return {name: _read(archive, name, listed[name]) for name in sorted(listed)}
    except _BROKEN_ZIP as error:
        raise Damaged from error


def _listed(contents: bytes) -> dict[str, tuple[int, str]]:
    """Name to size and digest. Raises NotAnArchive where the list is none of ours, else KeyError
    and ValueError."""
    said: Any = json.loads(contents)
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise NotAnArchive
    if said.get("version") != VERSION:
        raise NotAnArchive(
            "This archive was closed by a newer version of Critical Friend. Open it with that."
        )
    try:
        return {each["name"]: (each["size"], each["sha256"]) for each in said["files"]}
    except TypeError as error:
        raise Damaged from error


def _read(
    archive: zipfile.ZipFile, name: str, size_and_digest: tuple[int, str]
) -> bytes:
    size, digest = size_and_digest
    # Looked at before it is unpacked, so that nothing grows beyond what was said.
    if archive.getinfo(name).file_size != size:
        raise Damaged
    content = archive.read(name)
    if _digest(content) != digest:
        raise Damaged
    return content


def _check_names(names: list[str]) -> None:
    seen = {CONTENTS}
    for name in names:
        fits = (
            _NAME.fullmatch(name)
            and not name.endswith((".", " "))
            and len(name.encode()) <= _LONGEST_NAME
        )
        # Where capitals are not told apart, one would be written over the other.
        if not fits or name.casefold() in seen:
            raise UnfitName(name)
        seen.add(name.casefold())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sealed(content: bytes, passphrase: str) -> bytes:
    """Sealed with age, so that the tool of that name opens it too."""
    closed: bytes = pyrage.passphrase.encrypt(content, passphrase)
    return closed


def unsealed(content: bytes, passphrase: str, *, wrong: type[Refusal]) -> bytes:
    """What ``sealed`` sealed. Raises NotAnArchive, ``wrong``, TooSlowHere, Damaged."""
    if not content.startswith(_SEALED):
        raise NotAnArchive
    try:
        plain: bytes = pyrage.passphrase.decrypt(content, passphrase)
    except pyrage.DecryptError as error:
        # The library has one exception for all; tests hold its words to these.
        if str(error) == "Decryption failed":
            raise wrong from error
        if str(error).startswith("Excessive work parameter"):
            raise TooSlowHere from error
        raise Damaged from error
    return plain
