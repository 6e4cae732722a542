"""Habits of slides, LaTeX and programming languages, and what is written here instead.

Comes in: the place where a statement breaks.  Goes out: a `Hint`, or None where the habit is another one.
Assumed: what `slip` assumes.
"""

from __future__ import annotations

from collections.abc import Callable

from shapecheck.source import Span
from shapecheck.syntax.neighbours import opener_before, operand_start, written
from shapecheck.syntax.slip import Hint, Place

_ENDS = frozenset({"NAME", "RPAR", "RSQB", "TRANSPOSE"})
_OPERAND_ENDS = _ENDS | {"_BY"}
_FUNCTIONS = frozenset({
    "abs", "cos", "erf", "exp", "gelu", "log", "relu", "relu6", "sigm", "sigma", "sigmoid", "sign", "silu", "sin",
    "softmax", "softplus", "sqrt", "tanh", "max", "mean", "min", "prod", "sum",
})  # fmt: skip
_BIG = ("argmax", "argmin", "argsort", "concat", "max", "mean", "min", "prod", "stack", "sum")
_TAKE_SIZES = frozenset({"zeros", "ones", "full", "reshape", "eye"})
_DECLARING = {
    "def": "fn", "function": "fn", "func": "fn", "param": "weight", "parameter": "weight", "parameters": "weight",
    "weights": "weight", "inputs": "input", "const": "buffer", "constant": "buffer", "size": "dim", "int": "dim",
    "frozen": "buffer",
}  # fmt: skip
"""Words that declare elsewhere, and the word for the same thing here."""


def _latex(place: Place) -> Hint | None:
    """`h_{t-1}` and `x^{2}`"""
    if place.token.text != "{" or place.token.kind != "STRAY":
        return None
    inside = place.in_braces()
    power = place.at(-1).kind == "CIRCUMFLEX"
    base = place.before(-2) if power else place.at(-1).text.rstrip("_")
    plain = inside.isalnum()
    wanted = f"{base}^{inside if plain else f'({inside})'}" if power else f"{base}[{inside}]"
    title = "braces are not for subscripts and powers"
    return Hint("latex", title, place.span, f"write  {wanted}")


def _product_by_x(place: Place) -> Hint | None:
    """`tanh(W x + b)`: in parentheses `x` may stand between sizes, so that it is only noticed behind it"""
    before, left = place.at(-1), place.at(-2)
    opener = opener_before(place.statement, place.position)
    if before.text != "x" or before.kind != "_BY" or left.kind not in _ENDS or "INT" not in place.expected:
        return None
    if opener < 1 or place.statement[opener].kind != "LPAR" or place.statement[opener - 1].text in _TAKE_SIZES:
        return None
    start, text = operand_start(place.statement, place.position - 2), place.before(-2)
    title = f"'{text}' and 'x' stand side by side: there is no implied product"
    span = Span(place.statement[start].start, before.end)
    return Hint("no-juxtaposition", title, span, _product(text, "x"))


def _cross(place: Place) -> Hint | None:
    """`W × x` outside of a shape"""
    if place.token.text != "×" or place.at(-1).kind not in _ENDS:
        return None
    help = _product(place.before(), place.after(1))
    return Hint("no-juxtaposition", "'×' stands between sizes only", place.span, help)


def _product(left: str, right: str) -> str:
    return f"for a product write  {left} @ {right}  (matrices) or  {left} * {right}  (numbers)"


def _bare_operand(place: Place) -> Hint | None:
    """`tanh x`, `relu tanh(x)`"""
    word = place.at(-1)
    if not _side_by_side(place) or word.text not in _FUNCTIONS or word.kind not in ("NAME", "BIGOP"):
        return None
    operand = place.after() if place.rest() == place.after() else ".."
    title = f"'{word.text}' is a function: what it is applied to stands in parentheses"
    return Hint("bare-operand", title, Span(word.start, place.token.end), f"write  {word.text}({operand})")


def _big_operator(place: Place) -> Hint | None:
    """`sum(k) a[k]`, `sum_k a[k]`"""
    if not _side_by_side(place):
        return None
    left = place.before()
    found = next((word for word in _BIG if left.startswith((f"{word}(", f"{word}_"))), None)
    if found is None:
        return None
    index = left[len(found) + 1 :].removesuffix(")")
    if not index.isidentifier():
        return None
    start = place.statement[operand_start(place.statement, place.position - 1)].start
    title = f"the index of '{found}' stands in brackets"
    return Hint("big-operator", title, Span(start, place.at(-1).end), f"write  {found}[{index}] {place.after()}")


def _side_by_side(place: Place) -> bool:
    """Whether an operand follows another one."""
    starts = ("NAME", "INT", "NUMBER", "COEF", "LPAR", "LSQB", "BIGOP", "_BY")
    return "ADDOP" in place.expected and place.token.kind in starts and place.at(-1).kind in _ENDS


def _shape_behind(place: Place) -> Hint | None:
    """`y = W @ x : m`"""
    statement = place.statement
    equal = next((number for number, token in enumerate(statement[: place.position]) if token.kind == "EQUAL"), 0)
    if place.token.kind != "COLON" or not equal or statement[0].kind not in ("NAME", "_BY"):
        return None
    if opener_before(statement, place.position) >= 0 or place.has_before("FOR"):
        return None
    left, right = written(statement[:equal]), written(statement[equal + 1 : place.position])
    title = "the shape of what is defined stands on the left side"
    return Hint("shape-on-the-right", title, place.span, f"write  {left} : {place.rest(1)} = {right}")


def _range_by_equals(place: Place) -> Hint | None:
    """`for t = 1..T`, and `h[t] = x[t], t = 1..T`"""
    title = "the range of an index stands behind 'in'"
    if place.token.kind == "EQUAL" and place.has_before("FOR") and place.at(-1).kind == "NAME":
        return Hint("bad-range", title, place.span, f"write  for {place.at(-1).text} in {place.rest(1)}")
    kinds = [token.kind for token in place.statement[place.position :]]
    if kinds[:3] == ["COMMA", "NAME", "EQUAL"] and "_DOTS" in kinds:
        return Hint("bad-range", title, place.span, f"write  .. for {place.at(1).text} in {place.rest(3)}")
    return None


def _range_by_colon(place: Place) -> Hint | None:
    """`x[1:3]`, `x[::2]`, `for t in 1:T` and `1...T`"""
    if place.token.kind not in ("COLON", "_ELLIPSIS"):
        return None
    if place.token.kind == "COLON" and place.at(-1).kind == "COLON":
        help = "write an equation with an index:  y[i] = x[2i]"
        return Hint("bad-range", "a cut has no steps", place.span, help)
    if "_DOTS" not in place.expected or not (place.has_before("LSQB") or place.has_before("_IN")):
        return None
    low, high = place.before(), place.after(1)
    title = f"a range is written with '..', not with '{place.token.text}'"
    if place.token.kind == "COLON" and not place.has_before("_IN"):
        high = "n-1" if place.at(1).kind in ("RSQB", "COMMA") else _one_less(high)
    return Hint("bad-range", title, place.span, f"write  {low}..{high} ; both ends belong to it")


def _one_less(end: str) -> str:
    """The last member of a cut of Python, whose end does not belong to it."""
    return str(int(end) - 1) if end.isdigit() else f"{end}-1"


def _cut_from_the_start(place: Place) -> Hint | None:
    """`x[:3]`"""
    if place.at(-1).kind != "COLON" or place.at(-2).kind not in ("LSQB", "COMMA"):
        return None
    if place.token.kind not in ("INT", "NAME"):
        return None
    help = f"write  0..{_one_less(place.after())} ; both ends belong to it"
    return Hint(
        "bad-range", "a range is written with '..', not with ':'", Span(place.at(-1).start, place.at(-1).end), help
    )


def _cut_with_steps(place: Place) -> Hint | None:
    """`x[0..n-1 by 2]`"""
    if place.token.text not in ("by", "step") or not place.has_before("_DOTS"):
        return None
    step = place.after(1)
    help = f"write an equation with an index:  y[i] = x[{step}i]"
    return Hint("bad-range", "a cut has no steps", place.span, help)


def _where(place: Place) -> Hint | None:
    """`sum[i in 1..n where c] ..`"""
    if place.token.text != "where" or opener_before(place.statement, place.position) < 1:
        return None
    return Hint(
        "big-operator", "a condition on the terms stands behind 'when'", place.span, f"write  when {place.after(1)} .."
    )


def _range_of_python(place: Place) -> Hint | None:
    """`for t in range(T)`"""
    text = place.before()
    if "_DOTS" not in place.expected or not text.startswith("range(") or not place.has_before("_IN"):
        return None
    ends = [part.strip() for part in text.removeprefix("range(").removesuffix(")").split(",")]
    low, high = ends[0] if len(ends) > 1 else "0", ends[min(1, len(ends) - 1)]
    help = f"write  {low}..{high}-1 ; both ends belong to it"
    start = place.statement[operand_start(place.statement, place.position - 1)].start
    return Hint("bad-range", "a range is written with '..'", Span(start, place.at(-1).end), help)


def _shape_by_equals(place: Place) -> Hint | None:
    """`weight W = 3 x 4`"""
    if place.statement[0].kind != "ROLE":
        return None
    equals = next((at for at, token in enumerate(place.statement[: place.position]) if token.kind == "EQUAL"), None)
    if equals is None or "x" not in {token.text for token in place.statement[equals:]}:
        return None
    sign = Place(place.statement, equals, place.expected)
    role, name = place.statement[0].text, sign.before()
    return Hint("shape-by-equals", "a shape stands behind ':'", sign.span, f"write  {role} {name} : {sign.rest(1)}")


def _shape_in_parentheses(place: Place) -> Hint | None:
    """`weight W : (3, 4)`"""
    opener = opener_before(place.statement, place.position)
    if place.token.kind != "COMMA" or opener < 2 or place.statement[opener - 1].kind != "COLON":
        return None
    if place.statement[opener].kind != "LPAR":
        return None
    inside = place.statement[opener + 1 :]
    stop = next((number for number, token in enumerate(inside) if token.kind == "RPAR"), len(inside))
    title = "the sizes of a shape are separated by 'x', or stand in brackets"
    return Hint("shape-in-parentheses", title, place.span, f"write  [{written(inside[:stop])}]")


def _claimed_shape(place: Place) -> Hint | None:
    """`claim W is 3 x 4` and `claim shape(W) == 3 x 4`"""
    if place.statement[0].kind != "CLAIM" or "ADDOP" not in place.expected:
        return None
    text = written(place.statement)
    if place.token.text in ("is", "has"):
        name, shape = place.before(), place.rest(1).removeprefix("shape ")
    elif place.token.kind == "_BY" and "==" in text and "shape" in text:
        name, shape = _of_shape(text.partition("==")[0]), text.partition("==")[2].strip()
    else:
        return None
    return Hint("claimed-shape", "a claim of a shape is written with ':'", place.span, f"write  claim {name} : {shape}")


def _of_shape(text: str) -> str:
    """The tensor in `claim shape(W)` or `claim W.shape`."""
    name = text.removeprefix("claim").strip().removesuffix(".shape")
    return name.removeprefix("shape(").removesuffix(")")


def _declaring_word(place: Place) -> Hint | None:
    """`def f(x)`, `let y = 3`, `param W`"""
    word = place.at(-1)
    if place.position != 1 or word.kind != "NAME" or place.token.kind != "NAME":
        return None
    span, rest = Span(word.start, word.end), place.rest()
    if word.text in ("let", "var", "val", "set", "define"):
        return Hint("declaring-word", f"'{word.text}' is no word of the language", span, f"write  {rest}")
    if word.text not in _DECLARING:
        return None
    ours = _DECLARING[word.text]
    return Hint("declaring-word", f"'{word.text}' is no word of the language", span, f"write  {ours} {rest}")


def _axis_by_dim(place: Place) -> Hint | None:
    """`mean(Y, dim = 0)`: the word of PyTorch for an axis declares sizes here"""
    if place.token.text != "dim" or place.at(1).kind != "EQUAL" or opener_before(place.statement, place.position) < 1:
        return None
    title = "'dim' declares sizes: an axis is meant by its index"
    opener = opener_before(place.statement, place.position)
    name = place.statement[opener - 1].text
    if name not in _BIG:
        help = f"write  {name}(Y)  for the last axis,  {name}(Y[:, j])[i]  with i, j on the left side for another one"
        return Hint("reserved-word", title, place.span, help)
    return Hint("reserved-word", title, place.span, f"write  {name}[i] Y[i, j]  with j on the left side")


def _size_of_any_length(place: Place) -> Hint | None:
    """`input x : [?, 3]` and `input x : [-1, 3]`"""
    if place.statement[0].kind != "ROLE" or place.token.text not in ("?", "-") or not place.has_before("COLON"):
        return None
    title = "every axis has a size"
    return Hint("undeclared-name", title, place.span, "declare a size for it:  dim N")


def _size_by_colon(place: Place) -> Hint | None:
    """`dim n : 3`"""
    if place.statement[0].kind != "DIM" or place.at(-1).kind != "NAME" or place.token.kind != "COLON":
        return None
    help = f"write  dim {place.at(-1).text} = {place.rest(1)}"
    return Hint("size-by-colon", "a size is set by '='", place.span, help)


def _for_all(place: Place) -> Hint | None:
    """`for all t`"""
    if place.at(-1).text not in ("all", "each", "every") or place.at(-2).kind != "FOR" or place.token.kind != "NAME":
        return None
    index = place.token.text
    return Hint("bad-range", "the range of an index stands behind 'in'", place.span, f"write  for {index} in 1..T")


def _ternary(place: Place) -> Hint | None:
    """`a ? b : c` and `x if c else z`"""
    title = "a choice is written 'if .. then .. else ..'"
    if place.token.text == "?":
        return Hint("choice", title, place.span, "write  if .. then .. else ..")
    kinds = [token.kind for token in place.statement]
    if place.token.kind != "IF" or "ADDOP" not in place.expected or "THEN" in kinds or "ELSE" not in kinds:
        return None
    otherwise = kinds.index("ELSE")
    condition = written(place.statement[place.position + 1 : otherwise])
    help = f"write  if {condition} then {place.before()} else {written(place.statement[otherwise + 1 :])}"
    return Hint("choice", title, place.span, help)


RECOGNISERS: tuple[Callable[[Place], Hint | None], ...] = (
    _latex, _declaring_word, _product_by_x, _cross, _claimed_shape, _bare_operand, _big_operator, _shape_behind,
    _range_by_equals, _range_by_colon, _range_of_python, _shape_by_equals, _shape_in_parentheses, _size_by_colon,
    _axis_by_dim, _for_all, _size_of_any_length, _ternary, _cut_from_the_start, _cut_with_steps, _where,
)  # fmt: skip
