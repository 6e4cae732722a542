"""Text to tree: what is accepted, what is refused, the nodes and their places."""

from __future__ import annotations

from typing import get_args

import pytest

from shapecheck.source import Source, Span
from shapecheck.syntax import parse, tree
from shapecheck.syntax.walking import walk

from .corpus import CORPUS, load

_ACCEPTED = [
    "y = lstm(p)(x).h -> dense(3)",
    "y = expert[e](x[t])",
    "claim y.basic[1][3].conv2d[2].K : [3, 3, 64, 64]",
    "tok[t] in 0..V-1 = argmax[v] o[t, v]",
    "claim h[k] : [N, H / 2^k, 96 * 2^(k-1)] for k in 0..3 when H % 8 == 0",
    "layer f(k, s = 1) = conv2d(f, k x k)\n  -> relu\n  -> dense(3) as d",
    "input x[..., t in 1..T] : d, g in 0.0..1.0, s[i in 1..S] in 0..V-1",
    "y = x + (if s == 1 then x else x -> f(2))",
    "y = x[1..T, :, 2]",
    "claim argmax[i] x[i] in 0..3",
    "[a : k; b] = f(x)",
    "(h[t], c[t]) = cell(x[t], h[t-1], c[t-1]) for t in 1..T",
    "y = (a[i - 1] default -inf)",
    "z = [cls; patches] + pos -> repeat(L, block(heads, f)) -> layernorm",
]

_REFUSED = [
    "y = W x", "y = 4x4y", "y = A'", "y = a ** b", "y = x -> g + 1", "y = 1 2", "y = W [x; h]", "y == 3",
    "layer f(k) = 3 +", "buffer = 3", "weight x[..., ] : d", "input x[t in 1..T, ...] : d", "layer f(k) = (a, b) ->",
    "y = sum[i] if i == 1 then 2 else 3", "claim", "y = x ->", "h[t = 3", "}", "dim k < 3", "y = 1.", "y = +1",
    "weight W, V :", "y = x, z", "layer f(p)", "for t in 1..T", "test t(3)", "y = sum a",
]  # fmt: skip


def _spec(text: str) -> tree.Spec:
    parsed = parse(Source("t", text))
    assert parsed.diagnostics == ()
    return parsed.spec


def _value(text: str) -> tree.Expression:
    """The tree of an expression."""
    (equation,) = _spec(f"y = {text}").statements
    assert isinstance(equation, tree.Equation)
    return equation.value


def _name(name: str) -> tree.Name:
    return tree.Name(name)


@pytest.mark.parametrize("text", _ACCEPTED)
def test_accepted(text: str) -> None:
    """The language text's own list of what must parse."""
    assert parse(Source("t", text)).diagnostics == ()


@pytest.mark.parametrize("text", _REFUSED)
def test_refused(text: str) -> None:
    """The language text's own list of what must not parse, and neighbours of it: exactly one mistake is told."""
    assert len(parse(Source("t", text)).diagnostics) == 1


@pytest.mark.parametrize("source", CORPUS, ids=lambda source: source.name)
def test_corpus_parses(source: Source) -> None:
    """Every spec of the checkout is well formed."""
    assert parse(source).diagnostics == ()


@pytest.mark.parametrize("source", CORPUS, ids=lambda source: source.name)
def test_spans_hold_their_node(source: Source) -> None:
    """The text under the span of an expression, parsed alone, is the same expression."""
    for node in walk(parse(source).spec):
        if isinstance(node, tree.Sizes | tree.Text):
            call = _value(f"f({source[node.span]})")
            assert isinstance(call, tree.Call)
            assert call.arguments[0].value == node
        elif isinstance(node, get_args(tree.Expression)):
            assert _value(f"({source[node.span]})") == node


@pytest.mark.parametrize("source", CORPUS, ids=lambda source: source.name)
def test_spans_are_nested(source: Source) -> None:
    """A child lies inside of its parent, and a statement starts and ends with text."""
    from shapecheck.syntax.walking import children

    for node in walk(parse(source).spec):
        for child in children(node):
            assert node.span.start <= child.span.start <= child.span.end <= node.span.end
        if isinstance(node, get_args(tree.Statement)):
            assert source[node.span] == source[node.span].strip() != ""


def test_span_of_a_parenthesised_operand() -> None:
    """By counting characters: parentheses belong to what they are an operand of, not to what they enclose."""
    product = _value("(a + b) * c")
    assert isinstance(product, tree.Binary)
    assert (product.span, product.left.span) == (Span(4, 15), Span(5, 10))


def test_dress_and_plain_are_one() -> None:
    """Two spellings of one spec give equal trees."""
    dress, plain = parse(load("dress.shape")), parse(load("plain.shape"))
    assert dress.spec == plain.spec


@pytest.mark.parametrize("text", ["3x3", "3 x 3", "3 × 3", "3  x\u00a03"])
def test_sizes_glued_or_apart(text: str) -> None:
    """One node for all spellings, in shapes and in arguments."""
    three = tree.Integer(3)
    assert _value(f"f({text})") == tree.Call(_name("f"), (tree.Argument(None, tree.Sizes((three, three))),))
    axes = (tree.ShapeAxis(None, three), tree.ShapeAxis(None, three))
    weight = tree.Declared("W", False, (), tree.Annotation(tree.Shape(axes), None))
    assert _spec(f"weight W : {text}").statements == (tree.Declaration("weight", (weight,)),)


def test_bracketed_shape_is_the_same_shape() -> None:
    """`[n, m]` and `n x m` annotate alike."""
    assert _spec("h : [n, m]") == _spec("h : n x m")


def test_coefficient_binds_tighter_than_division() -> None:
    """LANGUAGE.md section 3: `1/2p` is 1/(2p), `2p^2` is 2(p^2)."""
    assert _value("1/2p") == tree.Binary("/", tree.Integer(1), tree.Coefficient(2, _name("p")))
    assert _value("2p^2") == tree.Coefficient(2, tree.Binary("^", _name("p"), tree.Integer(2)))


def test_power_binds_to_the_right_and_over_minus() -> None:
    """`-a^b^c` is -(a^(b^c)), as in mathematics."""
    inner = tree.Binary("^", _name("b"), _name("c"))
    assert _value("-a^b^c") == tree.Minus(tree.Binary("^", _name("a"), inner))


def test_big_operator_takes_the_longest_product() -> None:
    """LANGUAGE.md section 3: `sum[i] a[i] * b[i] + c` adds c afterwards."""
    total = _value("sum[i] a * b + c")
    body = tree.Binary("*", _name("a"), _name("b"))
    big = tree.BigOperator("sum", (tree.Binder("i", None),), body)
    assert total == tree.Binary("+", big, _name("c"))


def test_arrow_is_looser_than_plus() -> None:
    """`a + b -> f` feeds the sum."""
    total = tree.Binary("+", _name("a"), _name("b"))
    assert _value("a + b -> f as c") == tree.Pipe(total, tree.Stage(_name("f"), "c"))


def test_comparisons_chain() -> None:
    """`1 <= s < M` is one node with two operators."""
    assert _value("1 <= s < M") == tree.Comparison((tree.Integer(1), _name("s"), _name("M")), ("<=", "<"))


def test_declaration() -> None:
    """The parts of `x[..., t in 1..T] : d in 0..9`."""
    bounds = tree.Range(tree.Integer(0), tree.Integer(9))
    shape = tree.Shape((tree.ShapeAxis(None, _name("d")),))
    times = tree.Binder("t", tree.Range(tree.Integer(1), _name("T")))
    declared = tree.Declared("x", True, (times,), tree.Annotation(shape, bounds))
    assert _spec("input x[..., t in 1..T] : d in 0..9").statements == (tree.Declaration("input", (declared,)),)


def test_claim() -> None:
    """All parts of a claim at their places."""
    (claim,) = _spec('claim "l" a ~= b within 1e-9 for t in 1..T when c expect tested').statements
    subject = tree.Comparison((_name("a"), _name("b")), ("~=",))
    times = tree.Binder("t", tree.Range(tree.Integer(1), _name("T")))
    assert claim == tree.Claim("l", subject, None, tree.Real("1e-9"), (times,), _name("c"), "tested")


def test_table_entries_keep_their_spelling() -> None:
    """Blanks, tabs, bars and commas separate; a Unicode minus is a minus; rows may be ragged."""
    table = _value('table """\n 1\t2.50 | −3\n\n4, 5e-1\n"""')
    assert table == tree.Table((("1", "2.50", "-3"), ("4", "5e-1")))


def test_line_ends() -> None:
    """LANGUAGE.md section 3, rules a to c: in brackets, after an operator, before an operator."""
    expected = _spec("y = f(a, b) + c -> g")
    assert _spec("y =\n  f(a,\n\n b # comment\n) +\n# comment\n  c\n  -> g") == expected
    assert len(_spec("y = a\nz = b").statements) == 2


def test_comments_are_kept_in_order() -> None:
    """Comments of all places, with their places."""
    source = Source("t", "# a\ny = f( # b \r\n  1) # c\n# d")
    comments = parse(source).comments
    assert [comment.text for comment in comments] == ["# a", "# b", "# c", "# d"]
    assert [source[comment.span] for comment in comments] == ["# a", "# b", "# c", "# d"]


def test_markdown() -> None:
    """Fenced blocks marked `shape` are read, at their places in the file; the rest is prose."""
    first, second = "```shape\ndim n\n```\n", "```shape\nweight W : n\n```\n"
    source = Source("t.md", f"# Title\n\n{first}prose (\n```python\nx = {{\n```\n{second}")
    parsed = parse(source)
    assert parsed.diagnostics == ()
    assert [source[statement.span] for statement in parsed.spec.statements] == ["dim n", "weight W : n"]


def test_lark_is_not_imported() -> None:
    """Stored tables are enough: neither Lark nor anything heavy is loaded to parse."""
    import subprocess
    import sys

    code = (
        "import sys; from shapecheck.source import Source; from shapecheck.syntax import parse;"
        "assert not parse(Source('t', 'dim n')).diagnostics;"
        "print(sorted({'lark', 'sympy', 'numpy', 'islpy', 'pickle'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
