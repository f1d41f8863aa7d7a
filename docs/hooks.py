"""Hooks of MkDocs for pages that are written to be read on a code host.

There, pages link to files outside of `docs/`. The built site holds the linked pictures and
examples, and shows the reference of a linked module from its docstrings.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PUBLISHED = ("media/gallery/**/*", "examples/*.py")

_OUTWARD = re.compile(r"(!?)\[([^\]]*)\]\(\.\./([^)\s]+)\)")
_MODULE = re.compile(r"\[([\w.]+)\]\(\.\./\.\./[\w/]+\.py\)")


def published() -> list[str]:
    """Return the files outside of `docs/` that the site holds, relative to the repository."""
    paths = (path for pattern in PUBLISHED for path in sorted(ROOT.glob(pattern)))
    return [path.relative_to(ROOT).as_posix() for path in paths if path.is_file()]


def on_files(files: Any, config: Any) -> Any:
    """Add the published files to the site."""
    from mkdocs.structure.files import File  # noqa: PLC0415  (tests read this module without it)

    for path in published():
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Adapt the links of a page that lead out of `docs/`."""
    if page.file.src_uri.startswith("reference/"):
        return with_reference(markdown)
    return _OUTWARD.sub(_inward, markdown)


def with_reference(markdown: str) -> str:
    """Append the reference of each linked module, and link to it."""
    modules = _MODULE.findall(markdown)
    linked = _MODULE.sub(r"[\1](#\1)", markdown)
    return "\n\n".join([linked, *(f"::: {module}" for module in modules)])


def _inward(link: re.Match[str]) -> str:
    """Link to a published file; keep only the text of any other link."""
    picture, text, path = link.groups()
    return f"{picture}[{text}]({path})" if path in published() else text
