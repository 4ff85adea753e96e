"""Two commands that work away from the installation: one checks a certificate, one opens an archive."""

import errno
import os
import re
import stat
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reviews.files import archive
from reviews.management.commands import open_archive
from reviews.secrets import passphrases, signing
from tests.make_certificates import make_statement

pytestmark = pytest.mark.age

FILES = {"report.pdf": b"%PDF- of the report" * 100, "plan.json": b"{}"}
OUTER, INNER = passphrases.new(), passphrases.new()
TYPED = f"{OUTER}\n{INNER}\n"


# --- a certificate ----------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "certificate.txt"
    file.write_bytes(signing.sign(make_statement()))
    return file


def verified(file: Path, key: str) -> list[str]:
    said = StringIO()
    call_command("verify_certificate", str(file), "--key", key, stdout=said)
    return said.getvalue().splitlines()


def test_a_genuine_one_is_read_out(certificate: Path) -> None:
    said = verified(certificate, signing.fingerprint())

    assert said[0] == "Interim certificate of destruction: Trafford Council"
    assert "  Closing asked for by: Morgan Vale, review manager, 20 May 2013" in said
    assert said[-1] == "Genuine"


def test_of_any_other_nothing_is_read_out(certificate: Path) -> None:
    key = signing.fingerprint()
    content = certificate.read_bytes()
    certificate.write_bytes(content.replace(b"Trafford", b"Ashmere!"))
    for word, sentence in (
        (key, "changed after it was signed"),
        (key[:20], "too short"),
        ("x", "no fingerprint"),
    ):
        with pytest.raises(CommandError, match=sentence):
            verified(certificate, word)

    certificate.write_bytes(content)
    with pytest.raises(CommandError, match=f"Its fingerprint is {key}"):
        verified(certificate, "0" * 64)


def test_a_statement_of_another_shape_is_not_read_out(tmp_path: Path) -> None:
    file = tmp_path / "certificate.txt"
    file.write_bytes(signing.sign({"kind": "interim"}))

    with pytest.raises(CommandError, match="does not know"):
        verified(file, signing.fingerprint())


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.txt: No such file or directory"):
        verified(tmp_path / "missing.txt", "0" * 64)


def test_a_device_without_an_end_is_no_certificate() -> None:
    with pytest.raises(CommandError, match="not the certificate"):
        verified(Path("/dev/zero"), "0" * 64)


def test_the_documents_own_program_says_the_same(
    certificate: Path, tmp_path: Path
) -> None:
    """As somebody runs it who has Python and not us."""
    page = Path(settings.BASE_DIR) / "docs" / "closing.md"
    (program,) = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    (tmp_path / "check.py").write_text(program)

    def check(file: Path) -> str:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(tmp_path / "check.py"), str(file)],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    assert signing.fingerprint().replace(" ", "") in check(certificate)
    changed = tmp_path / "changed.txt"
    changed.write_bytes(certificate.read_bytes().replace(b"destroyed", b"deployed!"))
    assert changed.read_bytes() != certificate.read_bytes()
    assert "InvalidSignature" in check(changed)


# --- an archive -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("archive") / "trafford.age"
    file.write_bytes(
        archive.close(FILES, inner=archive.lock(INNER), outer=archive.lock(OUTER))
    )
    return file


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrases were right: what is tried is what follows."""
    monkeypatch.setattr(archive, "opened", lambda content, inner, outer: dict(FILES))
    monkeypatch.setattr(sys, "stdin", StringIO(TYPED))


def beside(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.parent.iterdir())


def typed(*command: str, limit: str = "") -> list[str]:
    """The command as somebody would type it who has nothing but the programme and the file."""
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    whole = [sys.executable, manage, *command]
    return ["sh", "-c", f'{limit} exec "$@"', "sh", *whole] if limit else whole


def bare(place: Path) -> dict[str, str]:
    """No setting of an installation."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "VAR_DIR": str(place / "var"),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }


def test_two_people_open_it_away_from_the_installation(
    sealed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "opened"

    done = subprocess.run(  # noqa: S603
        typed("open_archive", str(sealed), str(folder)),
        input=f"  {OUTER.replace('-', ' ').upper()} \n{INNER}\n",
        env=bare(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "plan.json  1KB",
        "report.pdf  2KB",
        f"2 files written to {folder}, each as it was when the review was closed. "
        "They are not encrypted there.",
    ]
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == FILES
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert beside(folder) == ["opened"]


def test_a_full_disk_leaves_nothing(sealed: Path, tmp_path: Path) -> None:
    """No file may become longer than one block, and the report is."""
    folder = tmp_path / "opened"

    done = subprocess.run(  # noqa: S603
        typed("open_archive", str(sealed), str(folder), limit="ulimit -f 1;"),
        input=TYPED,
        env=bare(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert (
        f"The files could not be written: {os.strerror(errno.EFBIG)}. "
        f"Nothing was put into {folder}." in done.stderr
    )
    assert done.stdout == ""
    assert beside(folder) == []


def test_a_wrong_passphrase_is_told_and_nothing_is_written(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for passphrases_typed, sentence in (
        (f"{INNER}\n{OUTER}\n", "The first passphrase does not open"),
        (f"{OUTER}\n{OUTER}\n", "The second does not open"),
        (f"{OUTER}\n", "Both passphrases are needed"),
    ):
        monkeypatch.setattr(sys, "stdin", StringIO(passphrases_typed))
        with pytest.raises(CommandError, match=sentence):
            call_command("open_archive", str(sealed), str(tmp_path / "opened"))

    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled_and_a_link_to_one_is_followed(
    quick: None, sealed: Path, tmp_path: Path
) -> None:
    folder, link = tmp_path / "opened", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)

    call_command("open_archive", str(sealed), str(link), stdout=StringIO())

    assert {each.name: each.read_bytes() for each in folder.iterdir()} == FILES
    assert beside(folder) == ["link", "opened"]


def test_nothing_is_written_over(quick: None, sealed: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "report.pdf").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("full", "file"):
        with pytest.raises(CommandError, match="is there already"):
            call_command("open_archive", str(sealed), str(tmp_path / name))

    assert (tmp_path / "full" / "report.pdf").read_text() == "mine"
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "full"]


def test_somebody_who_fills_the_folder_meanwhile_is_not_written_over(
    quick: None, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "opened"
    check = open_archive._check_free

    def filled_afterwards(where: Path) -> None:
        check(where)
        folder.mkdir()
        (folder / "report.pdf").write_text("mine")

    monkeypatch.setattr(open_archive, "_check_free", filled_afterwards)

    with pytest.raises(CommandError, match="could not be written"):
        call_command("open_archive", str(sealed), str(folder))

    assert [each.read_text() for each in folder.iterdir()] == ["mine"]
    assert beside(folder) == ["opened"]


def test_somebody_who_stops_it_finds_nothing_half_done(
    quick: None, sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stopped)

    with pytest.raises(KeyboardInterrupt):
        call_command("open_archive", str(sealed), str(tmp_path / "opened"))

    assert list(tmp_path.iterdir()) == []


def test_places_that_are_not_there_are_told(
    quick: None, sealed: Path, tmp_path: Path
) -> None:
    for file, folder, sentence in (
        (tmp_path / "missing.age", tmp_path / "opened", r"missing\.age: No such file"),
        (tmp_path, tmp_path / "opened", "Is a directory"),
        (sealed, tmp_path / "a" / "b", "There is no folder .*a. Make it first"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("open_archive", str(file), str(folder))

    assert list(tmp_path.iterdir()) == []
