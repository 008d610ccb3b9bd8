"""What `make package` puts into the folder that needs no Python; PyInstaller itself is not asked."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parent.parent / "packaging"


def test_a_process_of_several_jobs_does_its_work_and_opens_no_second_femon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def work() -> None:
        raise SystemExit(42)

    monkeypatch.setattr("multiprocessing.freeze_support", work)
    monkeypatch.setattr("femon.cli.main", lambda: pytest.fail("femon was started again"))
    with pytest.raises(SystemExit, match="42"):
        runpy.run_path(str(PACKAGING / "start.py"), run_name="__main__")


def test_the_recipe_starts_there_and_takes_the_licences_of_all_libraries_along() -> None:
    calls = [
        node
        for node in ast.walk(ast.parse((PACKAGING / "femon.spec").read_text()))
        if isinstance(node, ast.Call)
    ]
    texts = [ast.unparse(call) for call in calls]
    assert any(text.startswith("Analysis([str(ROOT / 'packaging' / 'start.py')]") for text in texts)
    assert "copy_metadata('femon', recursive=True)" in texts
