"""Random trees for Hypothesis: expressions of every kind, as the parser would make them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from shapecheck.syntax import tree

_NAMES = st.sampled_from(["x", "W", "h", "p", "e", "E3", "x1", "sigma", "max", "sum", "in_", "a_b", "T"])
_INTEGERS = st.integers(0, 30)
_BIG = st.sampled_from(["sum", "prod", "max", "min", "argmax", "argmin", "mean", "stack", "concat"])


def _leaves() -> st.SearchStrategy[Any]:
    reals = st.sampled_from(["1.5", "0.25", "1e-5", "2.0E+3"])
    return st.builds(tree.Integer, _INTEGERS) | st.builds(tree.Name, _NAMES) | st.builds(tree.Real, reals)


def _ranges(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[tree.Range]:
    return st.builds(tree.Range, inner, inner)


def _binders(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[tree.Binder, ...]]:
    return st.lists(st.builds(tree.Binder, _NAMES, st.none() | _ranges(inner)), min_size=1, max_size=2).map(tuple)


def _tuples(inner: st.SearchStrategy[Any], least: int) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(inner, min_size=least, max_size=3).map(tuple)


def _calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    texts = st.builds(tree.Text, st.sampled_from(["", "a b", "# x"]))
    values = inner | st.builds(tree.Sizes, _tuples(inner, 2)) | texts
    return st.builds(tree.Call, inner, _tuples(st.builds(tree.Argument, st.none() | _NAMES, values), 0))


def _compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "^", ".*", "./", "@"])
    relations = st.sampled_from(["==", "!=", "<=", ">=", "<", ">", "~="])
    comparisons = st.integers(1, 2).flatmap(
        lambda count: st.builds(
            tree.Comparison,
            st.lists(inner, min_size=count + 1, max_size=count + 1).map(tuple),
            st.lists(relations, min_size=count, max_size=count).map(tuple),
        )
    )
    subscripts = inner | _ranges(inner) | st.builds(tree.Full)
    stages = st.builds(tree.Stage, inner, st.none() | _NAMES)
    return st.one_of(
        st.builds(tree.Binary, operators, inner, inner),
        st.builds(tree.Coefficient, _INTEGERS, inner),
        st.builds(tree.Minus, inner),
        st.builds(tree.Not, inner),
        st.builds(tree.Logic, st.sampled_from(["and", "or"]), inner, inner),
        comparisons,
        st.builds(tree.Conditional, inner, inner, inner),
        st.builds(tree.BigOperator, _BIG, _binders(inner), inner),
        _calls(inner),
        st.builds(tree.Index, inner, _tuples(subscripts, 1)),
        st.builds(tree.Field, inner, st.sampled_from(["W", "h", "params"])),
        st.builds(tree.Transpose, inner),
        st.builds(tree.Tuple, _tuples(inner, 2)),
        st.builds(tree.Default, inner, inner),
        st.builds(tree.Column, _tuples(_tuples(inner, 1), 1)),
        st.builds(tree.Pipe, inner, stages),
    )


EXPRESSIONS: st.SearchStrategy[Any] = st.recursive(_leaves(), _compound, max_leaves=12)
