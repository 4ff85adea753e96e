"""What import-linter cannot see: relations by name, task names, people in evidence."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

import grimp
import pytest
from django.apps import apps

from reviews import background

ROOT = Path(__file__).resolve().parents[2]
APPS = ("reviews", "questionnaires", "casemapping", "scheduling", "feedback")
RANK = {
    "reviews": 0,
    "questionnaires": 1,
    "casemapping": 1,
    "scheduling": 1,
    "feedback": 2,
    "peerreview": 3,
}
SOURCES = [
    path
    for app in (*APPS, "peerreview")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def test_relations_point_downwards() -> None:
    upward = []
    for model in apps.get_models():
        mine = model._meta.app_label
        if mine not in RANK:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or not field.related_model:
                continue
            theirs = field.related_model._meta.app_label
            if theirs in RANK and theirs != mine and RANK[theirs] >= RANK[mine]:
                upward.append(f"{model.__name__}.{field.name}")

    assert upward == []


def test_every_task_name_resolves() -> None:
    names = set(background.NIGHTLY)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch(
                r"[a-z]+\.tasks\.[a-z_]+", value
            ):
                names.add(value)
    names -= set(background.EACH_MINUTE)  # no jobs

    assert len(names) > len(background.NIGHTLY)
    for name in names:
        assert callable(background.resolve(name)), name


def test_what_is_done_each_minute_is_there() -> None:
    for name in background.EACH_MINUTE:
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function)), name


def _order(arrows: dict[str, set[str]]) -> None:
    """Raises CycleError where modules lead back to themselves."""
    TopologicalSorter(arrows).prepare()


def _arrows() -> dict[str, set[str]]:
    """What each module imports, for types alone too."""
    graph = grimp.build_graph(
        *APPS, "peerreview", cache_dir=None, exclude_type_checking_imports=False
    )
    return {
        module: graph.find_modules_directly_imported_by(module)
        for module in graph.modules
    }


def test_no_module_leads_back_to_itself() -> None:
    arrows = _arrows()

    _order(arrows)

    # Control: one line more in the lowest of three is found.
    assert "reviews.models.review" in arrows["reviews.models.closing"]
    arrows["reviews.models.review"].add("reviews.models.closing")
    with pytest.raises(CycleError):
        _order(arrows)


# A page starts from the review that it was handed, or from something that hangs on it.
HANDED = re.compile(r"\.objects\.(?!filter\((?:case|sheet|\w*review)=|none\(|of_|for_)")


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if "views" in path.name or path.parent.name == "views"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_views_never_start_from_all_rows(path: Path) -> None:
    assert HANDED.findall(path.read_text()) == []


def test_no_text_reaches_a_page_unescaped() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for path in [*SOURCES, *(ROOT / "templates").rglob("*.html")]
        if re.search(
            r"\|safe\b|mark_safe|autoescape off|SafeString\(", path.read_text()
        )
    ]

    assert guilty == []


def test_sealed_fields_are_never_sorted_by() -> None:
    found = set()
    for model in apps.get_models():
        sealed = {
            field.name
            for field in model._meta.get_fields()
            if hasattr(field, "pad") and hasattr(field, "scope")
        }
        order = " ".join(map(str, model._meta.ordering or ()))
        assert not sealed & set(re.findall(r"\w+", order)), model
        found |= sealed

    assert {"text", "people", "to"} <= found
