"""The naive reading of ops: terms evaluated entry by entry in plain Python, and one case or more for every op.

A `Case` gives operands' shapes in symbols, so that one case is tried at many sizes.
"""

from __future__ import annotations

import itertools
import math
import operator
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shapecheck.ops import OPS
from shapecheck.ops import term_types as terms
from shapecheck.ops.base import Misfit, Op, Result, Setting, concrete
from shapecheck.sizes import Size, integer, symbol

Env = Mapping[str, int]

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": lambda *values: sum(values),
    "-": operator.sub,
    "*": lambda *values: math.prod(values),
    "/": operator.truediv,
    "^": operator.pow,
    "//": operator.floordiv,
    "%": operator.mod,
    "neg": operator.neg,
    "max": max,
    "min": min,
    "abs": abs,
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "and": lambda *values: all(values),
    "or": lambda *values: any(values),
    "not": operator.not_,
    **{name: getattr(math, name) for name in ("exp", "log", "tanh", "sqrt", "sin", "cos", "erf")},
}
COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")
REDUCTIONS: dict[str, Callable[[list[Any]], Any]] = {"sum": sum, "max": max, "min": min, "prod": math.prod}


def value(term: terms.Term, env: Env, arrays: Mapping[str, Any]) -> Any:
    """A term at integers, in Python's own numbers; a read outside of an array is an error."""
    match term:
        case terms.Literal(number):
            return number
        case terms.Measure(size):
            return size.evaluate(env)
        case terms.Entry(family, subscripts):
            return entry(arrays[family], [size.evaluate(env) for size in subscripts])
        case terms.Call(function, arguments):
            return FUNCTIONS[function](*(value(argument, env, arrays) for argument in arguments))
        case terms.Reduction(name, bounds, body):
            return REDUCTIONS[name]([value(body, inner, arrays) for inner in inside(bounds, env)])
        case terms.Case(condition, then, otherwise):
            holds = condition.holds(env) if hasattr(condition, "holds") else value(condition, env, arrays)
            return value(then if holds else otherwise, env, arrays)
    raise AssertionError(term)


def entry(array: Any, at: list[int]) -> Any:
    """One entry as a Python number; nothing wraps round."""
    assert len(at) == array.ndim and all(0 <= index < extent for index, extent in zip(at, array.shape)), (
        at,
        array.shape,
    )
    return array[tuple(at)].item()


def inside(bounds: tuple[terms.Bound, ...], env: Env) -> Iterator[Env]:
    """All values of bound variables, the first outermost."""
    if not bounds:
        yield env
        return
    first, *rest = bounds
    for number in range(first.low.evaluate(env), first.high.evaluate(env) + 1):
        yield from inside(tuple(rest), {**env, first.symbol: number})


# ---- cases -------------------------------------------------------------------------------------

Draw = Callable[[random.Random], int]


def small(source: random.Random) -> int:
    """An integer whose products stay small."""
    return source.randint(-5, 5)


@dataclass(frozen=True)
class Case:
    """`operands` are shapes as words (`a b` has two axes); `draws` make entries, one per operand, or one for all."""

    op: Op
    operands: tuple[str, ...]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    draws: tuple[Draw, ...] = (small,)
    kinds: tuple[str, ...] = ("int64", "float64")
    greatest: int = 4

    @property
    def shapes(self) -> list[tuple[Size, ...]]:
        return [tuple(size(word) for word in words.split()) for words in self.operands]

    @property
    def parameters(self) -> Any:
        made = self.op.parameters(
            {option.name: self.settings.get(option.name, option.default) for option in self.op.options}
        )
        assert not isinstance(made, Misfit), made
        return made

    @property
    def result(self) -> Result:
        result = self.op.shape(self.parameters, self.shapes)
        assert isinstance(result, Result), result
        return result

    def __str__(self) -> str:
        settings = ", ".join(f"{name} = {setting}" for name, setting in self.settings.items())
        return f"{self.op.name}({'; '.join(self.operands)} | {settings})"

    def sizes(self, source: random.Random) -> Env:
        """Sizes that meet all that the op owes, drawn at random."""
        names = sorted(names_in([self.shapes, list(self.settings.values())]))
        for _ in range(2000):
            env = {name: source.randint(1, self.greatest) for name in names}
            if all(owed.relation.holds(env) for owed in self.result.owed):
                return env
        raise AssertionError(f"no sizes found for {self}")

    def arrays(self, source: random.Random, env: Env, batch: tuple[int, ...], kind: str) -> list[Any]:
        """Operands; each batch axis of each operand is full or 1."""
        made = []
        for position, shape in enumerate(self.shapes):
            own = tuple(extent if position == 0 or source.random() < 0.5 else 1 for extent in batch)
            full = own + tuple(axis.evaluate(env) for axis in shape)
            draw = self.draws[position % len(self.draws)]
            numbers = [draw(source) for _ in range(math.prod(full))]
            made.append(np.array(numbers).reshape(full).astype(kind))
        return made


def names_in(part: Any) -> set[str]:
    """All symbols in nested lists and tuples of sizes."""
    if isinstance(part, (tuple, list)):
        return set().union(*map(names_in, part))
    return set(part.names) if isinstance(part, Size) else set()


def size(word: str) -> Size:
    """A number or a name; products as `a*b`."""
    result = integer(1)
    for factor in word.split("*"):
        result = result * (integer(int(factor)) if factor.isdigit() else symbol(factor))
    return result


def named(name: str, arity: int | None = -1) -> Op:
    """The op of that name and arity."""
    return next(op for op in OPS if op.name == name and arity in (-1, op.arity))


def positive(source: random.Random) -> int:
    return source.randint(1, 6)


def exponent(source: random.Random) -> int:
    return source.randint(0, 3)


def truth(source: random.Random) -> int:
    return source.randint(0, 1)


def elementwise(names: str, **rest: Any) -> list[Case]:
    shapes = [("a b", "a b"), ("a", ""), ("", "a b"), ("", "")]
    return [Case(named(name, 2), operands, **rest) for name in names.split() for operands in shapes]


KEEP = ["neg", "abs", "relu", "relu6", "sign", "identity"]


def cases() -> list[Case]:
    """At least one case for every member of `OPS`."""
    a, b, c = symbol("a"), symbol("b"), symbol("c")
    return [
        *elementwise("+ - .*"),
        *elementwise("== != <= >= < >"),
        *elementwise("and or", draws=(truth,), kinds=("bool",)),
        *elementwise("// % ./", draws=(small, positive)),
        *elementwise("^", draws=(positive, exponent)),
        *(
            Case(named(name, 2), shapes, draws=(positive,))
            for name in "*/"
            for shapes in [("", "a b"), ("a", ""), ("", "")]
        ),
        *(Case(named(name, None), shapes) for name in ("max", "min") for shapes in [("a", "a"), ("a b", "", "a b")]),
        *(Case(op, (shape,)) for op in map(named, KEEP) for shape in ("a b", "")),
        *(
            Case(named(name), (shape,))
            for name in ["exp", "tanh", "sin", "cos", "erf", "sigm", "sigma", "silu", "gelu"]
            for shape in ("a", "")
        ),
        *(Case(named(name), ("a b",), draws=(positive,)) for name in ("log", "sqrt")),
        Case(named("not"), ("a b",), draws=(truth,), kinds=("bool",)),
        *(Case(named(name, 1), (shape,)) for name in ("max", "min", "sum", "mean") for shape in ("a b", "a", "")),
        *(Case(named("softmax"), (shape,)) for shape in ("a", "a b")),
        Case(named("dot"), ("a", "a")),
        *(Case(named("@"), shapes) for shapes in [("a b", "b"), ("a b", "b c")]),
        Case(named("transpose"), ("a b",)),
        *(Case(named("join"), shapes) for shapes in [("a", "b"), ("a b", "c b", "d b"), ("", "a", ""), ("", "")]),
        *(Case(named("list"), shapes) for shapes in [("", ""), ("a b", "a b", "a b")]),
        *(Case(named("concat"), shapes) for shapes in [("a", "b"), ("a b", "a c", "a d")]),
        Case(named("concat"), ("a b c", "a d c"), {"axis": integer(1)}),
        Case(named("concat"), ("a b", "c b"), {"axis": integer(-2)}),
        *(Case(named(name), (), {"shape": shape}) for name in ("zeros", "ones") for shape in [(a, b), a]),
        *(Case(named("full"), (), {"shape": (a, b), "value": filler}) for filler in (integer(-4), 0.5, c)),
        Case(named("eye"), (), {"n": a}),
        Case(named("reshape"), ("a b c",), {"shape": (a * b * c,)}),
        Case(named("reshape"), ("a*b c",), {"shape": (a, c, b)}),
        Case(named("pad"), ("a b",), {"sides": ((integer(1), c), (integer(0), integer(2)))}),
        Case(named("pad"), ("a",), {"sides": (b, c)}),
        *(Case(named("pad"), (axes,), {"sides": c}) for axes in ("a", "a b")),
        *convolutions(),
        *poolings(),
    ]


WORDS = ("VALID", "SAME", "SAME_LOWER")


def convolutions() -> list[Case]:
    conv, back = named("conv"), named("conv_transpose")
    two, s, g, p = integer(2), symbol("s"), symbol("g"), symbol("p")
    sides = ((integer(1), integer(0)), (integer(2), p))
    plain = ("H W C", "M N C F")
    return [
        *(Case(conv, plain, {"pad": word, "stride": s}) for word in (*WORDS, "CEIL")),
        *(Case(conv, ("H W", "M N"), {"pad": word}) for word in WORDS),
        *(Case(conv, ("H", "M"), {"pad": word, "stride": s, "dilation": symbol("r")}) for word in (*WORDS, "CEIL")),
        Case(conv, ("B A H C", "M C F"), {"stride": two}),
        Case(conv, plain, {"pad": p}),
        Case(conv, plain, {"pad": sides, "stride": (s, integer(1)), "dilation": (integer(1), two)}),
        Case(conv, ("H C", "M C F"), {"pad": (symbol("r") * (symbol("M") - 1), integer(0)), "dilation": symbol("r")}),
        Case(conv, ("H W 2*C", "M N C 2*F"), {"groups": two}, greatest=3),
        Case(conv, ("H W g", "M N 1 g*F"), {"groups": g, "pad": "SAME"}, greatest=3),
        Case(conv, ("H g*C", "M C g*F"), {"groups": g, "stride": two, "pad": "SAME"}, greatest=3),
        Case(conv, ("H W D C", "M N O C F"), {"pad": "SAME"}, greatest=2),
        Case(conv, ("H W C", "1 1 C F"), {"stride": two}),
        *(Case(back, ("H W C", "M N C F"), {"pad": word, "stride": s}, greatest=3) for word in WORDS),
        *(Case(back, ("H", "M"), {"pad": word, "stride": s}) for word in WORDS),
        *(Case(back, ("H W", "M N"), {"stride": (two, s), "pad": pad}, greatest=3) for pad in (p, sides)),
        Case(back, ("B H C", "M C F"), {"pad": (integer(0), integer(1))}),
        *more_convolutions(),
    ]


def more_convolutions() -> list[Case]:
    """Causal padding, counts rounded up, what stands outside; the adjoint dilated, in groups and with extra entries."""
    conv, back = named("conv"), named("conv_transpose")
    one, two, s, r, p, e = integer(1), integer(2), symbol("s"), symbol("r"), symbol("p"), symbol("e")
    return [
        Case(conv, ("H C", "M C F"), {"pad": "CAUSAL", "stride": s, "dilation": r}, greatest=3),
        Case(conv, ("H W", "M N"), {"pad": "CAUSAL"}),
        Case(conv, ("H", "M"), {"pad": (p, e), "stride": s, "ceil": True}, greatest=6),
        *(
            Case(conv, ("H", "M"), {"pad": pad, "stride": s, "ceil": ceil, "outside": integer(3)}, greatest=5)
            for pad in ((p, e), *WORDS, "CEIL", "CAUSAL")
            for ceil in (False, True)
        ),
        Case(conv, ("H W C", "M N C F"), {"pad": p, "outside": -one, "stride": two}, greatest=3),
        *(
            Case(back, ("H", "M"), {"pad": pad, "stride": s, "dilation": r, "extra": e - 1}, greatest=4)
            for pad in ((p, integer(0)), *WORDS, "CAUSAL")
        ),
        Case(back, ("H 2*C", "M 2*C F"), {"groups": two, "stride": s}, greatest=3),
        Case(back, ("H W g*C", "M N g*C F"), {"groups": symbol("g"), "dilation": (one, two)}, greatest=2),
    ]


def poolings() -> list[Case]:
    pool = named("maxpool")
    two, m, s, p = integer(2), symbol("m"), symbol("s"), symbol("p")
    return [
        *(Case(pool, ("H W C",), {"m": m, "stride": s, "pad": word}) for word in (*WORDS, "CEIL")),
        *(Case(pool, ("H W",), {"m": two, "pad": word}) for word in WORDS),
        Case(pool, ("B H W C",), {"m": (m, two)}),
        Case(pool, ("H",), {"m": (m,), "stride": two, "pad": "CEIL"}, greatest=6),
        Case(pool, ("H W C",), {"m": m, "stride": s, "pad": p}),
        Case(pool, ("H C",), {"m": (m,), "stride": s, "pad": (integer(0), p)}),
        Case(pool, ("H W D C",), {"m": (two, two, two), "pad": "SAME"}, greatest=3),
        Case(pool, ("H",), {"m": (m,), "stride": s, "pad": (p, symbol("q")), "ceil": True}, greatest=6),
        *(
            Case(pool, ("H",), {"m": (m,), "stride": s, "dilation": symbol("r"), "pad": pad, "ceil": ceil}, greatest=5)
            for pad in ((p, symbol("q")), *WORDS, "CEIL", "CAUSAL")
            for ceil in (False, True)
        ),
        Case(pool, ("H W C",), {"m": two, "stride": integer(1), "pad": p, "dilation": (integer(1), two)}),
    ]


def positions(shape: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """All positions in an array."""
    return itertools.product(*map(range, shape))


def run(case: Case, env: Env, arrays: list[Any]) -> Any:
    """The kernel at concrete sizes."""
    return case.op.kernel(concrete(case.parameters, env), arrays, [len(shape) for shape in case.shapes])
