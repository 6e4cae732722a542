"""Who is called what: scopes, silent `for`s, indices that are left out, and mistakes that are told once.

The independent truth is LANGUAGE.md, section 5 (Scopes, Silent `for`s), and arithmetic done by hand.
"""

from __future__ import annotations

import pytest

from .asking import computed, mistakes, report_of, shape, sizes, verdicts


def test_order_does_not_matter() -> None:
    """A spec is a set of equations: the sizes may come last."""
    p, d = sizes("p d")
    text = "claim y : p\ny = W @ x + b\nweight b : p, W\ninput x : d\ndim p, d\n"
    assert (shape(text, "W"), verdicts(text)) == ((p, d), ["proved"])


def test_a_trailing_for_is_a_block_of_one_line() -> None:
    """The same four numbers, 0 1 3 6, whichever way the recurrence is put."""
    block = "s[0] = 0\nfor t in 1..3 {\n  s[t] = s[t-1] + t\n}\n"
    trailing = "s[0] = 0\ns[t] = s[t-1] + t for t in 1..3\n"
    assert computed(block, "s").tolist() == computed(trailing, "s").tolist() == [0, 1, 3, 6]


def test_an_index_left_out_is_put_in_front() -> None:
    """`z = 10 k + t` under `for k, t` is z[k, t]: 11 12 13 and 21 22 23."""
    text = "for k in 1..2, t in 1..3 {\n  z = 10 * k + t\n}\n"
    assert computed(text, "z").tolist() == [[11, 12, 13], [21, 22, 23]]


def test_indices_left_out_come_before_those_written() -> None:
    """`s[u] = ..` under `for k` is s[k, u]: rows are k."""
    text = "for k in 1..2 {\n  s[u in 0..2] = 10 * k + u\n}\n"
    assert computed(text, "s").tolist() == [[10, 11, 12], [20, 21, 22]]


def test_two_blocks_are_put_in_front_outermost_first() -> None:
    """`for k` around `for t` gives z[k, t] as `for k, t` does."""
    text = "for k in 1..2 {\n  for t in 1..3 {\n    z = 10 * k + t\n  }\n}\n"
    assert computed(text, "z").tolist() == [[11, 12, 13], [21, 22, 23]]


def test_inside_its_block_a_name_stands_without_its_indices() -> None:
    """y[t] = z + 1 where z is z[t]: 2 * 1 + 1, 2 * 2 + 1."""
    text = "for t in 1..2 {\n  z = 2 * t\n  y[t] = z + 1\n}\n"
    assert computed(text, "y").tolist() == [3, 5]


def test_outside_its_block_a_name_stands_with_them() -> None:
    """Outside, z[2] is one number and the bare z is all of them."""
    text = "for t in 1..3 {\n  z = 2 * t\n}\na = z[2]\nb = z\n"
    assert (computed(text, "a").tolist(), computed(text, "b").tolist()) == (4, [2, 4, 6])


def test_in_another_block_over_the_same_label_a_name_is_the_whole_tensor() -> None:
    """The blocks' indices are two indices that happen to share a name: z in the second block is all of z."""
    text = "for t in 1..3 {\n  z = 2 * t\n}\nfor t in 1..2 {\n  y = z + t\n}\n"
    assert computed(text, "y").tolist() == [[3, 5, 7], [4, 6, 8]]


def test_an_inner_block_sees_the_implicit_indices_of_the_outer_one() -> None:
    """In `for t` inside `for k` the name a, defined under k alone, is a[k]."""
    text = "for k in 1..2 {\n  a = 100 * k\n  for t in 1..2 {\n    y = a + t\n  }\n}\n"
    assert computed(text, "y").tolist() == [[101, 102], [201, 202]]


def test_naming_an_outer_index_but_not_the_inner_one_is_an_error() -> None:
    """LANGUAGE.md: an LHS that names an outer `for`'s indices but not an inner one's is an error."""
    assert mistakes("for k in 1..2 {\n  for t in 1..3 {\n    z[k] = t\n  }\n}\n") == [(3, "partial-indices")]


def test_naming_one_of_two_indices_of_a_block_is_an_error() -> None:
    """All of a `for`'s indices or none."""
    assert mistakes("for k in 1..2, t in 1..3 {\n  z[t] = k\n}\n") == [(2, "partial-indices")]


def test_naming_the_inner_block_only_is_allowed() -> None:
    """z[t] under `for k` and `for t`: k is put in front."""
    text = "for k in 1..2 {\n  for t in 1..3 {\n    z[t] = 10 * k + t\n  }\n}\n"
    assert computed(text, "z").tolist() == [[11, 12, 13], [21, 22, 23]]


def test_a_block_opens_no_namespace() -> None:
    """`z` defined under two `for`s over the same members is defined twice; told at the second."""
    text = "for t in 1..3 {\n  z = t\n}\nfor u in 1..3 {\n  z = u\n}\n"
    assert mistakes(text) == [(5, "defined-twice")]


def test_two_blocks_may_define_disjoint_members() -> None:
    """Members 1..2 and 3..4 do not overlap."""
    text = "for t in 1..2 {\n  z = t\n}\nfor t in 3..4 {\n  z = 10 * t\n}\n"
    assert computed(text, "z").tolist() == [1, 2, 30, 40]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("dim n\na = sum[n in 1..3] n\n", 2),
        ("input v : 3\na = sum[v in 1..3] v\n", 2),
        ("for t in 1..3 {\n  a = sum[t in 1..2] t\n}\n", 2),
        ("for t in 1..3 {\n  a[t in 1..2] = t\n}\n", 2),
        ("for t in 1..3 {\n  for t in 1..2 {\n    a = t\n  }\n}\n", 2),
        ("b = 1\na[b in 1..2] = b\n", 2),
    ],
    ids=["a size", "a tensor", "an index", "on the left", "a block in a block", "a local"],
)
def test_no_index_shadows_a_name(text: str, line: int) -> None:
    """No name may shadow another."""
    assert mistakes(text) == [(line, "shadowed-name")]


def test_siblings_may_use_one_label() -> None:
    """Two sums one after the other each bind m: 1 + 2 + 3 and 1 + 2."""
    assert computed("a = (sum[m in 1..3] m) + (sum[m in 1..2] m)\n", "a").tolist() == 9


def test_the_files_own_name_hides_the_librarys() -> None:
    """std and the primitives are the outermost scope: a tensor called `softmax` breaks nothing."""
    assert computed("softmax = 3\ny = softmax + 1\n", "y").tolist() == 4


def test_a_function_does_not_see_the_files_names() -> None:
    """`fn` bodies are closed: they see their own names, functions and the primitives."""
    assert mistakes("dim n\nfn f(a) = a + n\ninput x : n\ny = f(x)\n") == [(2, "undeclared-name")]


def test_a_functions_parameter_may_be_called_like_a_tensor() -> None:
    """A closed body has names of its own: 2 x + 1 at x = 5."""
    assert computed("x = 5\nfn f(x) = 2 * x + 1\ny = f(x)\n", "y").tolist() == 11


def test_an_index_of_a_functions_caller_is_not_seen_in_its_body() -> None:
    """The body of f knows no t, wherever f is called."""
    assert [code for _, code in mistakes("fn f(a) = a + t\ny[t] = f(1) for t in 1..3\n")] == ["undeclared-name"]


@pytest.mark.parametrize("use", ["y = a + 1\n", "z = [a; 1]\n", "claim a == 2\n", "w[i in 0..1] = a\n"])
def test_what_rests_on_a_rejected_name_is_not_told_again(use: str) -> None:
    """One mistake, one message: `q` is nowhere declared, and a rests on it."""
    assert mistakes(f"a = q + 1\n{use}") == [(1, "undeclared-name")]


def test_a_name_that_is_not_declared_is_told_once() -> None:
    """The same typo on three lines is one mistake."""
    assert mistakes("input x : 3\na = q + x\nb = q * 2\nclaim q == x\n") == [(2, "undeclared-name")]


def test_two_mistakes_are_two_messages() -> None:
    """Both typos are told in one go."""
    assert mistakes("a = q + 1\nb = r + 1\n") == [(1, "undeclared-name"), (2, "undeclared-name")]


def test_what_does_not_rest_on_a_mistake_is_still_checked() -> None:
    """Line 1 is a typo, and line 4 adds lengths p and d all the same."""
    text = "a = q + 1\ndim p, d\ninput u : p, v : d\nb = u + v\n"
    assert mistakes(text) == [(1, "undeclared-name"), (4, "unequal-sizes")]


def test_a_rejected_block_poisons_what_it_would_have_defined() -> None:
    """The range of t is a typo; z and y that follow are not told again."""
    assert mistakes("for t in 1..Q {\n  z = t\n}\ny = z[1]\n") == [(1, "undeclared-name")]


def test_a_given_tensor_cannot_be_defined() -> None:
    """Every name is defined once, and an input comes from outside."""
    assert mistakes("input x : 3\nx = zeros(3)\n") == [(2, "defined-twice")]


def test_an_output_must_be_defined() -> None:
    """`output y` without an equation is a promise not kept."""
    assert mistakes("dim n\ninput x : n\noutput y : n\n") == [(3, "never-defined")]


def test_an_annotation_on_a_declared_output_is_met() -> None:
    """The output's declared shape and the equation's must be one: n is not m."""
    assert mistakes("dim n, m\ninput x : n\noutput y : m\ny = x\n") == [(4, "unequal-sizes")]


def test_a_shape_in_a_list_belongs_to_all_names_before_it() -> None:
    """`weight Q, K : k x D, O`: Q and K are k x D, O is inferred (here v x k)."""
    k, D, v = sizes("k D v")
    text = "dim k, D, v\ninput x : D\nweight Q, K : k x D, O\ny : v = O @ (Q @ x + K @ x)\n"
    assert [shape(text, name) for name in "QKO"] == [(k, D), (k, D), (v, k)]


def test_a_plain_name_with_an_underscore_is_asked_about() -> None:
    """`h_t` with t in scope: did you mean h[t]?"""
    report = report_of("h[0] = 0\nh[t] = h_t + 1 for t in 1..3\n")
    assert [(item.code, item.help) for item in report.diagnostics] == [("undeclared-name", "did you mean h[t]?")]


def test_a_size_may_be_declared_inside_a_block() -> None:
    """`dim` is a file's statement wherever it stands."""
    assert computed("for t in 1..2 {\n  dim n = 3\n  z = n + t\n}\n", "z").tolist() == [4, 5]


def test_a_derived_size_is_its_value() -> None:
    """m = n // 2: y of length m has shape floor(n / 2)."""
    (n,) = sizes("n")
    assert shape("dim n >= 2, m = n // 2\ny = zeros(m)\n", "y") == (n // 2,)


def test_a_derived_size_knows_only_those_before_it() -> None:
    """Sizes are declared before they are used in another's value."""
    assert mistakes("dim m = n // 2, n >= 2\n")[:1] == [(1, "undeclared-name")]


def test_a_size_named_x_is_a_remark_not_an_error() -> None:
    """LANGUAGE.md, section 11: a lint; `x` reads like the separator."""
    report = report_of("dim x\ninput a : x\n")
    assert [(item.code, str(item.level)) for item in report.diagnostics] == [("size-named-x", "warning")]
