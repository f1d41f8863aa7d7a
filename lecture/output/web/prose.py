"""Speaker notes: Markdown as HTML, plain text and formatted paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

__all__ = ["Paragraph", "Run", "to_html", "to_paragraphs", "to_plain_text"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text with one format."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or an item of a list."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The text without its formats."""
        return "".join(run.text for run in self.runs)


def to_html(markdown: str) -> str:
    """Convert Markdown to HTML; HTML in it is escaped.

    Examples
    --------
    >>> to_html("so *small* <script>")
    '<p>so <em>small</em> &lt;script&gt;</p>'
    """
    return str(_markdown().render(markdown)).strip()


def to_plain_text(markdown: str) -> str:
    r"""Convert Markdown to plain text, with an empty line between paragraphs.

    Examples
    --------
    >>> to_plain_text("so **small**\n\n- one\n- two")
    'so small\n\n• one\n\n• two'
    """
    return "\n\n".join(paragraph.text for paragraph in to_paragraphs(markdown))


def to_paragraphs(markdown: str) -> tuple[Paragraph, ...]:
    """Convert Markdown to paragraphs of formatted runs.

    Examples
    --------
    >>> to_paragraphs("*so* small")
    (Paragraph(runs=(Run(text='so', bold=False, italic=True), Run(text=' small', ...))),)
    """
    return tuple(_paragraphs(_markdown().parse(markdown)))


@cache
def _markdown() -> MarkdownIt:
    # Without images, which a page would load from another server.
    return MarkdownIt("commonmark", {"html": False}).disable("image")


def _paragraphs(tokens: Sequence[Token]) -> Iterator[Paragraph]:
    numbers: list[int | None] = []  # of the open lists; None for a list with bullets
    mark = ""
    for token in tokens:
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            numbers.pop()
        elif token.type == "list_item_open":
            number = numbers[-1]
            mark = "  " * (len(numbers) - 1) + ("• " if number is None else f"{number}. ")
            numbers[-1] = None if number is None else number + 1
        elif token.type == "inline":
            yield Paragraph(tuple(_runs(mark, token.children or [])))
            mark = ""
        elif token.type in {"fence", "code_block"}:
            yield Paragraph((Run(mark + token.content.rstrip("\n")),))
            mark = ""


def _runs(mark: str, tokens: Sequence[Token]) -> Iterator[Run]:
    if mark:
        yield Run(mark)
    bold = italic = 0
    for token in tokens:
        step = token.nesting  # 1 for an opening token, -1 for a closing one
        if token.tag == "strong":
            bold += step
        elif token.tag == "em":
            italic += step
        elif token.type in {"softbreak", "hardbreak"}:
            yield Run(" ", bold > 0, italic > 0)
        elif token.content:
            yield Run(token.content, bold > 0, italic > 0)
