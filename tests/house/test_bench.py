"""Measuring says why a part of it failed."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.house.test_supervisor import ROOT


@pytest.mark.slow
def test_a_part_that_fails_says_so_in_the_words_of_the_program_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "deploy" / "bench"))
    import started  # type: ignore[import-not-found]

    site = SimpleNamespace(
        environment={**os.environ, "VAR_DIR": str(tmp_path), "DEMO": "1"}
    )

    with pytest.raises(started.PartFailed) as failure:
        started.seeded(site, "nonsense", 1)

    assert "seed.py nonsense 1 ended with 1:" in str(failure.value)
    assert "KeyError: 'nonsense'" in str(failure.value)
