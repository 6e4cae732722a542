"""What a diagnostic looks like: every test shows the source and the whole message.

The truth here is the eye: a caret must stand under the character it is about.  `test_carets_are_under_their_text`
checks that for any text by cutting the marked columns out of the printed line.
"""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from shapecheck.diagnostics import Diagnostic, Label, Level, ShapePair, concise, render, to_json
from shapecheck.diagnostics.lines import show_line
from shapecheck.source import Source, Span


def place(text: str, part: str, occurrence: int = 0) -> Span:
    """Where `part` stands in `text`."""
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(part, start + 1)
    return Span(start, start + len(part))


def drawn(text: str, *labels: tuple[str, str] | tuple[str, str, bool], width: int = 120) -> str:
    """A diagnostic with these labels, drawn; the headline and the place are left out."""
    marked = tuple(Label(place(text, label[0]), label[1], *label[2:]) for label in labels)
    return "\n".join(render(Diagnostic("code", "title", marked), Source("a.shape", text), width=width).split("\n")[2:])


GRU = """\
dim p, d, q
h[t] = W @ x[t] + V @ h[t-1]
"""


def test_everything_at_once() -> None:
    """Labels on two lines, shapes aligned with the differing axis marked, sizes, a note, help."""
    diagnostic = Diagnostic(
        code="unequal-sizes",
        title="`+` needs both sides to have one shape",
        labels=(
            Label(place(GRU, "W @ x[t]"), "this has shape p x (p + d)"),
            Label(place(GRU, "V @ h[t-1]"), "this has shape p x 2p", primary=False),
            Label(place(GRU, "d"), "d is declared here", primary=False),
        ),
        shapes=ShapePair("left", ("p", "p + d"), "right", ("p", "2p")),
        sizes={"p": 1, "d": 2},
        notes=("sizes are never stretched",),
        help="write `assume d == p`",
    )
    message = """\
error[unequal-sizes]: `+` needs both sides to have one shape
 --> gru.shape:2:8
  |
1 | dim p, d, q
  | - d is declared here
2 | h[t] = W @ x[t] + V @ h[t-1]
  |        ^^^^^^^^   ---------- this has shape p x 2p
  |        |
  |        this has shape p x (p + d)
  |
  = left   p x (p + d)
    right  p x 2p
               ^^^^^^^
  = with p = 1, d = 2
  = note: sizes are never stretched
  = help: write `assume d == p`"""
    assert render(diagnostic, Source("gru.shape", GRU)) == message
    assert concise(diagnostic, Source("gru.shape", GRU)) == (
        "gru.shape:2:8: error[unequal-sizes]: `+` needs both sides to have one shape"
    )


def test_one_label() -> None:
    """The plainest message there is."""
    assert (
        drawn("a = 1\nb = c\n", ("c", "no such name"))
        == """\
  |
2 | b = c
  |     ^ no such name"""
    )


def test_a_label_without_text() -> None:
    """Carets alone; no blank hangs behind them."""
    assert (
        drawn("a = 1\nb = c\n", ("c", ""))
        == """\
  |
2 | b = c
  |     ^"""
    )


def test_labels_inside_one_another() -> None:
    """The shorter is drawn over the longer, and each has its text on a line of its own."""
    assert (
        drawn("y = W @ x + b", ("W @ x + b", "the whole"), ("x", "a part", False))
        == """\
  |
1 | y = W @ x + b
  |     ^^^^-^^^^
  |     |   |
  |     |   a part
  |     the whole"""
    )


def test_far_lines_are_joined_by_dots_and_near_ones_by_the_line_between() -> None:
    """`...` stands for two lines or more; the numbers are aligned."""
    text = "".join(f"line{number} = {number}\n" for number in range(1, 12))
    assert (
        drawn(text, ("line1 ", "one"), ("line3", "three"), ("line11", "eleven"))
        == """\
   |
 1 | line1 = 1
   | ^^^^^ one
 2 | line2 = 2
 3 | line3 = 3
   | ^^^^^ three
...
11 | line11 = 11
   | ^^^^^^ eleven"""
    )


def test_a_label_over_several_lines() -> None:
    """A bracket in the margin; inside it other labels keep their place."""
    block = "for t in 1..T {\n  a[t] = 1\n  b[t] = 2\n  c[t] = 3\n  d[t] = 4\n}"
    assert (
        drawn(f"dim T\n{block}\n", (block, "in this block"), ("a[t]", "defined here", False))
        == """\
  |
2 | / for t in 1..T {
3 | |   a[t] = 1
  | |   ---- defined here
... |
7 | | }
  | |_^ in this block"""
    )


def test_a_label_over_several_lines_that_starts_within_a_line() -> None:
    """Where it starts is marked as exactly as where it ends."""
    assert (
        drawn("y = f(1,\n      2)", ("f(1,\n      2)", "this call"))
        == """\
  |
1 |   y = f(1,
  |  _____^
2 | |       2)
  | |________^ this call"""
    )


def test_two_brackets() -> None:
    """Each has its own column in the margin, the outer one to the left."""
    outer, inner = "a {\n b {\n c }\n}", "b {\n c }"
    assert (
        drawn(outer, (outer, "outer"), (inner, "inner", False))
        == """\
  |
1 | /   a {
2 | | /  b {
3 | | |  c }
  | | |____- inner
4 | |   }
  | |___^ outer"""
    )


def test_tabs_and_wide_characters() -> None:
    """A tab reaches to the next stop of four; a CJK letter takes two columns, a combining accent none."""
    assert (
        drawn("\tb = 重み @ e\u0301 + c", ("重み", "two letters"), ("c", "here"))
        == """\
  |
1 |     b = 重み @ e\u0301 + c
  |         ^^^^       ^ here
  |         |
  |         two letters"""
    )


def test_a_control_character_does_not_reach_the_terminal() -> None:
    """An escape sequence in a spec is shown, not obeyed."""
    assert (
        drawn("a = \x1b[31m + b", ("b", "here"))
        == """\
  |
1 | a = ␛[31m + b
  |             ^ here"""
    )


def test_a_long_line_is_cut_around_the_label() -> None:
    """What surrounds the label is kept, `…` stands where text is missing."""
    text = " + ".join(f"a{number}" for number in range(100))
    assert (
        drawn(text, ("a50", "this one"), width=40)
        == """\
  |
1 | …+ a47 + a48 + a49 + a50 + a51 + a5…
  |                      ^^^ this one"""
    )


def test_an_empty_place_has_one_caret() -> None:
    """Something missing at the end of a line is pointed at."""
    diagnostic = Diagnostic("code", "title", (Label(Span(3, 3), "a value is missing"),))
    assert (
        render(diagnostic, Source("a", "y =\n"))
        == """\
error[code]: title
 --> a:1:4
  |
1 | y =
  |    ^ a value is missing"""
    )


def test_a_message_about_the_whole_file() -> None:
    """There is nothing to point at, so only the file is named."""
    diagnostic = Diagnostic("empty-file", "this file has no equations", level=Level.WARNING, help="write `dim n`")
    assert (
        render(diagnostic, Source("a.shape", ""))
        == """\
warning[empty-file]: this file has no equations
 --> a.shape
  = help: write `dim n`"""
    )


def test_colors_change_nothing_but_the_color() -> None:
    """With the terminal codes taken out, the colored text is the plain one."""
    import re

    diagnostic = Diagnostic("code", "title", (Label(place(GRU, "W @ x[t]"), "here"),), ("a note",), "help")
    source = Source("a", GRU)
    colored = render(diagnostic, source, color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render(diagnostic, source)


def test_json() -> None:
    """Positions are 1-based, the end is the first character after the place."""
    label = Label(place(GRU, "W @ x[t]"), "here")
    diagnostic = Diagnostic("code", "title", (label,), ("a note",), "help", sizes={"p": 1})
    assert to_json(diagnostic, Source("a", GRU)) == {
        "code": "code", "level": "error", "message": "title",
        "file": "a", "line": 2, "column": 8, "end_line": 2, "end_column": 16,
        "labels": [
            {"text": "here", "primary": True, "file": "a", "line": 2, "column": 8, "end_line": 2, "end_column": 16}
        ],
        "shapes": None, "notes": ["a note"], "help": "help", "sizes": {"p": 1},
    }  # fmt: skip


def test_json_about_the_whole_file_has_no_position() -> None:
    """None says that there is no place, as 0 could be mistaken for one."""
    data = to_json(Diagnostic("code", "title"), Source("a", ""))
    assert (data["line"], data["column"], data["end_line"], data["end_column"]) == (None, None, None, None)


@given(st.text(st.characters(codec="ascii", min_codepoint=33), min_size=1, max_size=80), st.data())
def test_carets_are_under_their_text(text: str, data: st.DataObject) -> None:
    """For any line and any part of it: the columns with carets hold that part (or its piece beside an ellipsis)."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    message = render(Diagnostic("c", "t", (Label(Span(start, end)),)), Source("a", text), width=44).split("\n")
    line, carets = message[3], message[4]
    first, last = carets.index("^"), carets.rindex("^") + 1
    marked = line[first:last]
    assert marked.replace("\x7f", "\ufffd").rstrip("…") and marked.rstrip("…") in text.replace("\x7f", "\ufffd")
    assert len(line) <= 44
    assert marked == text[start:end].replace("\x7f", "\ufffd") or "…" in line


@example("0" * 15 + "\xad\u0d97\u0e5c\u0e5c\u0e5c\u3030", 0, 1, 25)  # a soft hyphen is shown, so it takes a column
@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 10), st.integers(20, 50))
def test_a_shown_line_never_exceeds_its_width(text: str, start: int, length: int, width: int) -> None:
    """Whatever the characters; and nothing printed is a control character."""
    line = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    shown = show_line(line, (start, start + length), width)
    assert shown.columns[-1] <= width
    assert all(ord(character) >= 32 and character != "\x7f" for character in shown.text)
