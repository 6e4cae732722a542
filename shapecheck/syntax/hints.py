"""Hints on habits of other notations that the language does not share, with the line to write instead.

Comes in: the broken statement as tokens, where it breaks, and what could have stood there.  Goes out: a `Hint`, or
None where the mistake is none of the known ones.  Assumed: the statement's brackets are balanced.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.source import Span
from shapecheck.syntax import habits
from shapecheck.syntax.lexer import Statement
from shapecheck.syntax.neighbours import closer, opener_before, operand_start, written
from shapecheck.syntax.slip import Hint, Place
from shapecheck.syntax.words import shortened


def hint_for(statement: Statement, position: int, expected: frozenset[str]) -> Hint | None:
    """The hint of the first recogniser that finds its habit."""
    place = Place(statement, position, expected)
    return next((hint for recognise in _RECOGNISERS if (hint := recognise(place)) is not None), None)


_OPERANDS = frozenset({"NAME", "INT", "NUMBER", "COEF", "LPAR", "LSQB", "BIGOP", "_BY", "SIZES", "TABLE"})
_ENDS = frozenset({"NAME", "INT", "NUMBER", "RPAR", "RSQB", "TRANSPOSE", "_BY", "SIZES"})


def _unterminated(place: Place) -> Hint | None:
    """A quote without its partner."""
    if place.token.text == '"':
        title = "the text in quotes is not closed"
        return Hint("unterminated-string", title, place.span, 'write the closing quote:  "label"')
    if place.token.kind == "STRAY" and place.token.text.startswith("table"):
        title = "the table is not closed"
        span = Span(place.token.start, place.token.start + len("table"))
        return Hint("unterminated-table", title, span, 'end it with  """  after its last row')
    return None


def _prime(place: Place) -> Hint | None:
    """`A'`"""
    if place.token.text not in ("'", "’", "′"):
        return None
    before, title = place.before(), "there is no ' in the language"
    named = f" ; for a second name  {before}2" if place.at(-1).kind == "NAME" else ""
    return Hint("prime", title, place.span, f"for the transpose write  {before}.T{named}")


def _double_star(place: Place) -> Hint | None:
    """`a ** b`"""
    if not (place.token.text == "*" and place.at(-1).text == "*"):
        return None
    span = Span(place.at(-1).start, place.token.end)
    help = f"write  {place.before(-2)}^{place.after(1)}"
    return Hint("double-star", "a power is not written '**'", span, help)


def _touching_size(place: Place) -> Hint | None:
    """`4x4y`"""
    before = place.at(-1)
    touches = place.token.kind == "NAME" and before.kind in ("INT", "SIZES") and before.end == place.token.start
    if not (touches and place.token.text.startswith("x")):
        return None
    span, rest = Span(before.start, place.token.end), place.token.text[1:]
    title = f"'{before.text}{place.token.text}' is neither a number nor sizes"
    return Hint("touching-size", title, span, f"leave blanks round the size separator:  {before.text} x {rest}")


def _double_equals(place: Place) -> Hint | None:
    """`y == 3` as a statement"""
    if place.token.text != "==" or "EQUAL" not in place.expected:
        return None
    left, line = written(place.statement[: place.position]), written(place.statement)
    help = f"to define it write  {left} = .. ; to state it write  claim {line}"
    return Hint("equals-outside-claim", "'==' states, '=' defines", place.span, help)


def _assignment(place: Place) -> Hint | None:
    """`:=` and `+=`"""
    first, second = (place.at(-1), place.token) if place.token.text == "=" else (place.token, place.at(1))
    if second.text != "=" or first.text not in (":", "+", "-", "*", "/", "@"):
        return None
    title = f"'{first.text}=' is no definition: every name is defined once"
    help = "write  =  ; a running value is a family:  h[t] = h[t-1] + .."
    return Hint("assignment", title, Span(first.start, second.end), help)


def _no_left_side(place: Place) -> Hint | None:
    """`W @ x`, `f(x) = x^2` and `a, b = f(x)`: what stands first is no left side"""
    if "EQUAL" not in place.expected or place.statement[0].kind not in ("NAME", "_BY"):
        return None
    line = written(place.statement)
    equals = any(token.kind == "EQUAL" for token in place.statement)
    if place.token.kind == "COMMA" and equals:
        left, _, right = (part.strip() for part in line.partition("="))
        return Hint("bare-tuple", "several names are defined in parentheses", place.span, f"write  ({left}) = {right}")
    if place.token.kind == "LPAR" and equals and place.position == 1:
        if place.at(1).kind == "INT":
            help = f"a member of a family stands in brackets: write  {line.replace('(', '[', 1).replace(')', ']', 1)}"
            return Hint("bare-function", "a function is defined with 'fn'", place.span, help)
        return Hint("bare-function", "a function is defined with 'fn'", place.span, f"write  fn {line}")
    if place.token.kind not in ("LPAR", "ADDOP", "MULOP", "ELEMOP", "CIRCUMFLEX", "DOT", "_ARROW") or equals:
        return None
    help = f"to define a name write  y = {line} ; to state something write  claim .."
    return Hint("missing-left-side", "this expression defines nothing and claims nothing", place.span, help)


def _brace_below(place: Place) -> Hint | None:
    """`{` on a line of its own"""
    brace = place.at(1)
    if place.token.kind != "_NL" or brace.kind != "LBRACE":
        return None
    title = "'{' stands on a line of its own"
    return Hint("brace-on-next-line", title, Span(brace.start, brace.end), "write '{' at the end of the line before")


def _bare_if(place: Place) -> Hint | None:
    """`1 + if c then a else b`"""
    if place.token.kind != "IF" or "LPAR" not in place.expected:
        return None
    title = "an 'if' inside of an expression stands in parentheses"
    return Hint("bare-if", title, place.span, "write  (if .. then .. else ..)")


def _stage(place: Place) -> Hint | None:
    """`x -> g + 1`"""
    if place.token.kind not in ("ADDOP", "MULOP", "ELEMOP", "CIRCUMFLEX") or "_ARROW" not in place.expected:
        return None
    arrows = [token for token in place.statement[: place.position] if token.kind == "_ARROW"]
    if not arrows:
        return None
    title = f"after '->' stands a layer, and '{place.token.text}' cannot follow it"
    stage = place.at(-1).text if place.at(-1).kind == "NAME" else ".."
    help = f"put the chain in parentheses:  (x -> {stage}) {place.token.text} .."
    return Hint("operator-after-stage", title, place.span, help)


def _juxtaposition(place: Place) -> Hint | None:
    """`W x`, `W [x; h]`, `1 2`: two operands with nothing in between"""
    before, token = place.at(-1), place.token
    if token.kind not in _OPERANDS or before.kind not in _ENDS or "ADDOP" not in place.expected:
        return None
    first = operand_start(place.statement, place.position - 1)
    left = written(place.statement[first : place.position])
    right = place.after() if token.kind == "NAME" else shortened(token.text)
    span = Span(place.statement[first].start, token.end)
    title = f"'{left}' and '{right}' stand side by side: there is no implied product"
    if {before.kind, token.kind} <= {"INT", "NUMBER"}:
        return Hint("no-juxtaposition", title, span, f"write an operator between them, or a comma:  {left}, {right}")
    right = {"[": "[..]", "(": "(..)"}.get(right, right)
    if before.kind in ("INT", "NUMBER"):
        return Hint("no-juxtaposition", title, span, f"for a product write  {left} * {right}")
    help = f"for a product write  {left} @ {right}  (matrices) or  {left} * {right}  (numbers)"
    return Hint("no-juxtaposition", title, span, help)


def _indexed_by_column(place: Place) -> Hint | None:
    """`W [x; h]`: a bracket after a name is a subscript"""
    opener = opener_before(place.statement, place.position)
    if place.token.kind != "SEMICOLON" or opener <= 0 or place.statement[opener].kind != "LSQB":
        return None
    before = written(place.statement[operand_start(place.statement, opener - 1) : opener])
    title = f"'[' after '{before}' begins a subscript, where no ';' can stand"
    column = written(place.statement[opener : closer(place.statement, opener) + 1])
    return Hint("no-juxtaposition", title, place.span, f"for a product write  {before} @ {column}")


def _reserved(place: Place) -> Hint | None:
    """A reserved word where a name is wanted"""
    word = place.token.text
    wanted = "NAME" in place.expected and "CLAIM" not in place.expected
    if not (wanted and word.isalpha() and word.islower() and word.isascii()):
        return None
    if place.position and place.at(1).kind not in ("EQUAL", "COMMA", "_NL", "RPAR", "RSQB", "COLON", "ADDOP"):
        return None
    return Hint("reserved-word", f"'{word}' is a reserved word", place.span, f"choose another name:  {word}_")


def _declared_word(place: Place) -> Hint | None:
    """`buffer = 3`: a reserved word on a left side"""
    if place.position != 1 or place.token.kind != "EQUAL" or not place.at(-1).text.isalpha():
        return None
    word = place.at(-1)
    if word.kind == "NAME":
        return None
    title = f"'{word.text}' is a reserved word"
    return Hint("reserved-word", title, Span(word.start, word.end), f"choose another name:  {word.text}_ = ..")


def _declared_member(place: Place) -> Hint | None:
    """`input a[0] : n`: a role for one member of a family"""
    roles = ("input", "weight", "buffer", "output")
    if place.token.kind != "INT" or place.at(-1).text != "[" or place.at(-2).kind != "NAME":
        return None
    if place.statement[0].text not in roles:
        return None
    name, role = place.at(-2).text, place.statement[0].text
    title, member = "a declaration names a whole tensor, not a member of one", f"{name}[{place.token.text}]"
    if role == "output":
        return Hint("declared-member", title, place.span, f"name the output, and define it:  {name}_last = {member}")
    return Hint(
        "declared-member", title, place.span, f"name the {role}, {role} {name}0 : .., and write  {member} = {name}0"
    )


def _float(place: Place) -> Hint | None:
    """`1.` or `.5`"""
    if place.token.kind != "DOT" or (place.at(-1).kind != "INT" and place.at(1).kind != "INT"):
        return None
    near = place.at(-1) if place.at(-1).kind == "INT" and place.at(-1).end == place.token.start else place.token
    after = place.at(1) if place.at(1).kind == "INT" else place.token
    text = (near.text if near.kind == "INT" else "0") + "." + (after.text if after.kind == "INT" else "0")
    span = Span(near.start, after.end)
    return Hint("bare-point", "a number has digits on both sides of its point", span, f"write  {text}")


def _stray(place: Place) -> Hint | None:
    """A character that no token begins with"""
    if place.token.kind != "STRAY":
        return None
    character = place.token.text
    shown = character if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"
    help = _STRAY_HELP.get(character, "remove it; names are letters, digits and _")
    if character == "\\" and place.at(1).kind == "NAME":
        help = f"names are written without it:  {place.at(1).text}"
    return Hint("stray-character", f"the character '{shown}' has no meaning here", place.span, help)


_STRAY_HELP = {
    "\r": "save the file with the line ends of Unix (LF) or Windows (CR LF)", "\ufeff": "remove it; it is invisible",
    "&": "write  and", "|": "write  or", "!": "write  not", "\\": "a line that ends with an operator goes on by itself",
    "$": "leave it out: names need no sign", "`": "leave it out", "·": "write  *  or  @", "∗": "write  *",
    "∘": "write  .*", "’": "write  .T", "√": "write  sqrt(..)", "∞": "write  inf", "…": "write  ..  or  ...",
    "∑": "write  sum[i in 1..n] ..", "∏": "write  prod[i in 1..n] ..",
    "∀": "write  for t in 1..T", "⊤": "write  .T",
}  # fmt: skip

_RECOGNISERS: tuple[Callable[[Place], Hint | None], ...] = (
    _unterminated, *habits.RECOGNISERS,
    _brace_below, _prime, _double_star, _touching_size, _double_equals, _assignment, _no_left_side,
    _bare_if, _stage, _indexed_by_column,
    _float, _declared_word, _declared_member, _stray, _juxtaposition, _reserved,
)  # fmt: skip
