"""Places for new lines: among the declarations of a scope, behind a statement, behind a line.

In: a spec and an offset.  Out: an `Edit`.
"""

from __future__ import annotations

from collections.abc import Sequence

from shapecheck.editor.layout_edits import Edit
from shapecheck.editor.open_text import OpenSpec
from shapecheck.source import Span
from shapecheck.syntax import tree

_FIRST = (tree.Import, tree.Dim, tree.Assume)


def new_statement(spec: OpenSpec, offset: int, line: str, last: bool = False) -> Edit:
    """A line behind the sizes and assumptions of the scope around an offset; with `last` behind its tensors, too."""
    statements = spec.reading.parsed.spec.statements
    block = next((item for item in statements if isinstance(item, tree.Layer) and _holds(item, offset)), None)
    scope = statements if block is None or block.body is None else block.body
    wanted = (*_FIRST, tree.Declaration) if last else _FIRST
    before = [item for item in scope if isinstance(item, wanted)]
    if before:
        return behind_statement(spec, before[-1].span, line)
    if block is not None and block.body:
        indent = _indent(spec, block.body[0].span.start)
        return Edit(Span(block.body[0].span.start, block.body[0].span.start), f"{line}\n{indent}")
    start = _start_of_line(spec, statements[0].span.start if statements else 0)
    return Edit(Span(start, start), f"{line}\n")


def behind_statement(spec: OpenSpec, span: Span, line: str) -> Edit:
    """A line of its own behind a statement, as far in."""
    text = spec.source.text
    end = text.find("\n", max(span.start, span.end - 1))
    end = len(text) if end < 0 else end
    end -= text[:end].endswith("\r")
    newline = "\r\n" if "\r\n" in text else "\n"
    return Edit(Span(end, end), f"{newline}{_indent(spec, span.start)}{line}")


def behind_line(spec: OpenSpec, offset: int, comment: str) -> Edit:
    """A comment at the end of the line of an offset, joined to the one that is there."""
    text = spec.source.text
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    end -= text[:end].endswith("\r")
    line = text[_start_of_line(spec, offset) : end]
    known = any(
        item.span.end == _start_of_line(spec, offset) + len(line.rstrip()) for item in spec.reading.parsed.comments
    )
    return Edit(Span(end, end), f"; {comment}" if known else f"  # {comment}")


def outermost(statements: Sequence[tree.Statement], offset: int) -> tree.Statement | None:
    """The statement of a scope that an offset lies in."""
    return next((item for item in statements if _holds(item, offset)), None)


def _holds(statement: tree.Statement, offset: int) -> bool:
    return statement.span.start <= offset <= statement.span.end


def _start_of_line(spec: OpenSpec, offset: int) -> int:
    return spec.source.text.rfind("\n", 0, offset) + 1


def _indent(spec: OpenSpec, offset: int) -> str:
    start = _start_of_line(spec, offset)
    line = spec.source.text[start:offset]
    return line[: len(line) - len(line.lstrip())]
