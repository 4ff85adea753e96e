"""What stands in the repository speaks of the product alone, and installs the same anywhere."""

import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Download addresses in a lock tie an installation to one machine's mirror.
LOCKS = [
    "requirements.txt",
    "requirements-dev.txt",
    "deploy/requirements-uv.txt",
    "deploy/requirements-node.txt",
    "package-lock.json",
    ".npmrc",
]
# Folders of somebody's machine. Those of a server, such as /srv and /etc, are examples.
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp)/[\w.-]+")
# A folder in a child's process, where there is nothing else to use.
ALLOWED = {"tests/architecture/test_repository.py"}
TEXT = {
    ".py",
    ".html",
    ".txt",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".css",
    ".js",
    ".sh",
    ".json",
}


@cache
def _tracked() -> tuple[str, ...]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whichever git there is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git clone")
    return tuple(name for name in listed.stdout.split("\0") if name)


def tracked_texts() -> list[Path]:
    return [
        ROOT / name
        for name in _tracked()
        if Path(name).suffix in TEXT | {""} and (ROOT / name).is_file()
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", LOCKS[:4])
def test_every_locked_package_has_its_hash(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.findall(
        r"^[a-z0-9][\w.\[\],-]*==\S+(?:.*?)(?=^\S|\Z)", text, re.M | re.S
    )

    assert packages
    for package in packages:
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_no_lock_that_would_hold_addresses_is_kept() -> None:
    assert not {"uv.lock", "pylock.toml", "poetry.lock"} & set(_tracked())


def test_runtime_and_test_locks_agree() -> None:
    def pins(name: str) -> dict[str, str]:
        found = re.findall(
            r"^([a-z0-9][\w.-]*)(?:\[.*?\])?==(\S+)", (ROOT / name).read_text(), re.M
        )
        return dict(found)

    runtime, tests = pins("requirements.txt"), pins("requirements-dev.txt")

    assert {name: tests.get(name) for name in runtime} == runtime


def test_front_end_versions_are_exact() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_no_folder_of_a_machine_is_named() -> None:
    guilty = {
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in tracked_texts()
        if str(path.relative_to(ROOT)) not in ALLOWED
        for found in [MACHINE.search(path.read_text(errors="replace"))]
        if found
    }

    assert guilty == set()


def test_every_dependency_says_why_it_is_there() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [") + 1
    listed = lines[start : lines.index("]", start)]

    assert listed
    assert [line for line in listed if "#" not in line] == []


def test_the_licence_is_the_one_that_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["license"] == "Apache-2.0"
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:400]


def test_links_in_the_documents_lead_somewhere() -> None:
    documents = [path for path in tracked_texts() if path.suffix == ".md"]
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text())
        if "://" not in target and not (document.parent / target).exists()
    ]

    assert broken == []


def test_no_file_is_larger_than_a_page_of_a_report_needs() -> None:
    large = [
        name
        for name in _tracked()
        if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000
    ]

    assert large == []
