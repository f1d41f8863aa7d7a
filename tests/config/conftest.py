"""What the tests of lecture files share."""

from __future__ import annotations

from pathlib import Path

import pytest

from lecture.config.issues import SpecError
from lecture.config.spec import load_spec
from scenes.spec import GradientSpec


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("lecture.toml")


def issues(file: Path, text: str | bytes) -> list[str]:
    """Return the lines of the error for an invalid file."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SpecError) as caught:
        load_spec(GradientSpec, file)
    lines = str(caught.value).splitlines()
    assert lines == [str(issue) for issue in caught.value.issues]
    return lines
