"""Whatever title and author say, they stay text: in videos, pages, captions and names of files."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import av
import pytest
from click.testing import Result

Run = Callable[..., Result]

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "halves.py"
TITLE = (
    '../../evil #read("/etc/passwd") $x^2$ *b* \\u{41} {{ a : b }} <script>alert(1)</script> '
    "%n {0.__class__} \u05e9\u05dc\u05d5\u05dd \U0001f600"
)
AUTHOR = "/etc/cron.d/x\"; rm -rf ~ #'`id`"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    quoted = [json.dumps(text, ensure_ascii=False) for text in (TITLE, AUTHOR)]
    text = f'title = {quoted[0]}\nauthor = {quoted[1]}\nscenes = ["Halves"]\n'
    (tmp_path / "lecture.toml").write_text(text, encoding="utf-8")
    return tmp_path / "lecture.toml"


class Tags(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.slow
def test_a_video_takes_them_as_text(run: Run, file: Path) -> None:
    options = ["-q", "l", "--fps", "2", "--voice", "none", "--with", str(EXAMPLE)]
    ended = run("render", *options)
    assert ended.exit_code == 0, ended.output
    with av.open(file.parent / "media" / "lecture.mp4") as segment:
        assert segment.metadata["title"] == TITLE
        assert segment.metadata["artist"] == AUTHOR
    assert {path.name for path in file.parent.iterdir()} == {"lecture.toml", "media"}
    names = {path.name for path in file.parent.rglob("*")}
    assert not [name for name in names if "evil" in name or "cron" in name]
    for path in (file.parent / "media").glob("lecture.*"):
        content = path.read_bytes()
        assert b"root:x:" not in content
        if path.suffix in {".srt", ".vtt"}:
            assert b"script" not in content


@pytest.mark.slow
def test_a_page_takes_them_as_text(run: Run, file: Path) -> None:
    ended = run("stills", "-q", "l", "--with", EXAMPLE)
    assert ended.exit_code == 0, ended.output
    page = Tags((file.parent / "media/stills/index.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags
    assert TITLE in page.text
    assert {path.name for path in file.parent.iterdir()} == {"lecture.toml", "media"}
