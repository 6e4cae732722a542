"""The steps to one entry of a tensor under a sliding window: what the window covers, the products, their sum.

Comes in: a run and an entry of a computed tensor.  Goes out: a `Step`: for every term of the entry's sum (or maximum)
which entries of which tensors are multiplied, read off the defining equation; so it is the same for `conv(I, K)`, for
the sum written out, for pooling and for the row and the column of a matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from shapecheck.execute import Run
from shapecheck.execute.inputs.pieces import pieces
from shapecheck.grids import errors
from shapecheck.grids.model import Number
from shapecheck.grids.take import axes_of
from shapecheck.ops.term_types import Call, Case, Entry, Literal, Reduction, Term
from shapecheck.record import record
from shapecheck.sizes import Size, integer
from shapecheck.terms.evaluation.compiler import Compiler
from shapecheck.terms.unfolding.expand import unfold_family

MOST_TERMS = 4096
"""A window with more terms is not looked at."""

Subscripts = tuple[int, ...]


@record
class Factor:
    """One operand of all terms: the subscripts that it is read at, whether they are inside, and its values.

    `outside` is what stands for entries outside (None where nothing may be).  A factor that is no entry of a tensor has
    no `family` and no places.
    """

    family: str | None
    places: tuple[Subscripts, ...]
    inside: tuple[bool, ...]
    values: tuple[Number, ...]
    outside: Number | None


@record
class Step:
    """An entry as a sum or maximum over a window; `extents` are those of the window's axes, the first outermost."""

    family: str
    subscripts: Subscripts
    operator: str
    extents: tuple[int, ...]
    factors: tuple[Factor, ...]
    terms: tuple[Number, ...]
    value: Number


def entry(run: Run, family: str, subscripts: Subscripts) -> Any:
    """An entry of a run's arrays, as numbered; None where there is none."""
    for piece in pieces(family, run.setting.layout):
        fixed = [at + low for at, low in zip(piece.index, piece.slot.lows) if isinstance(at, int)]
        own, ends = subscripts[len(fixed) :], axes_of(piece)
        inside = len(own) == len(ends) and all(low <= at <= high for at, (low, high) in zip(own, ends))
        if inside and list(subscripts[: len(fixed)]) == fixed:
            return run.arrays[piece.path][tuple(at - low for at, (low, _) in zip(own, ends))].item()
    return None


def step(run: Run, family: str, subscripts: Subscripts) -> Step:
    """The steps to an entry; raises `CannotShow` where it is not computed by a window."""
    if run.setting.shapes.graph.families[family].is_given:
        raise errors.given_step(family)
    term = unfold_family(run.setting.shapes, family, tuple(map(integer, subscripts)))
    while isinstance(term, Entry) and (behind := unfold_family(run.setting.shapes, term.family, term.subscripts)):
        term = behind  # another name for the same entry
    if not isinstance(term, Reduction) or term.operator not in ("sum", "max", "min"):
        raise errors.no_step(family, () if term is None else _readable(term, family))
    env = run.setting.env
    extents = tuple(_at(bound.high, env) - _at(bound.low, env) + 1 for bound in term.bounds)
    if not 0 < prod(extents) <= MOST_TERMS:
        raise errors.no_step(family, ())
    ranges = [range(_at(bound.low, env), _at(bound.high, env) + 1) for bound in term.bounds]
    names = [bound.symbol for bound in term.bounds]
    points = [dict(zip(names, values)) for values in product(*ranges)]
    factors = tuple(_factor(run, part, points) for part in _factors(term.body))
    terms = tuple(prod(values) for values in zip(*(factor.values for factor in factors)))
    return Step(family, subscripts, term.operator, extents, factors, terms, entry(run, family, subscripts))


def _at(size: Size, env: Mapping[str, int]) -> int:
    return int(size.evaluate(env))


def _factors(term: Term) -> Iterator[Term]:
    if isinstance(term, Call) and term.function == "*":
        for argument in term.arguments:
            yield from _factors(argument)
    else:
        yield term


def _factor(run: Run, term: Term, points: Sequence[Mapping[str, int]]) -> Factor:
    def read(family: str, subscripts: Subscripts) -> Any:
        return entry(run, family, subscripts)

    compiler = Compiler(run.setting.env, read)
    value = compiler.term(term)
    values = tuple(value(dict(point)) for point in points)
    read_entry, outside = _entry(term)
    if read_entry is None:
        return Factor(None, (), (), values, None)
    sizes: list[Callable[[dict[str, int]], int]] = [
        compiler.size(item) for item in read_entry.subscripts if isinstance(item, Size)
    ]
    places = tuple(tuple(size(dict(point)) for size in sizes) for point in points)
    inside = tuple(entry(run, read_entry.family, place) is not None for place in places)
    return Factor(read_entry.family, places, inside, values, outside)


def _entry(term: Term) -> tuple[Entry | None, Number | None]:
    """The entry that a factor is, where that is plain, and what stands for it outside."""
    outside: Number | None = None
    while isinstance(term, Case):
        if not isinstance(term.otherwise, Literal):
            return None, None
        outside = term.otherwise.value
        term = term.then
    if isinstance(term, Entry) and all(isinstance(item, Size) for item in term.subscripts):
        return term, outside
    return None, outside


def _readable(term: Term, family: str) -> list[str]:
    """The tensors that a term reads, to suggest."""
    found: dict[str, None] = {}
    waiting: list[Any] = [term]
    while waiting:
        part = waiting.pop(0)
        match part:
            case Entry():
                found.setdefault(part.family)
            case Call():
                waiting += part.arguments
            case Reduction():
                waiting.append(part.body)
            case Case():
                waiting += [part.then, part.otherwise]
            case _:
                pass  # numbers and sizes; a condition and subscripts are not suggested
    return [name for name in found if "'" not in name and name != family]


def reach(run: Run, family: str) -> dict[str, tuple[Number, list[tuple[int, int]]]]:
    """The frame that the window of a tensor reads beyond it: by name the number read there and, for every axis, the
    least and the greatest subscript over all entries; only for tensors that may be read outside.

    The subscripts of windows grow with the entry's, so that the corners of the tensor say it all.
    """
    found: dict[str, tuple[Number, list[tuple[int, int]]]] = {}
    for corner in _corners(run, family):
        try:
            factors = step(run, family, corner).factors
        except errors.CannotShow:
            return {}
        for factor in factors:
            if factor.family is not None and factor.outside is not None:
                ends = [(min(axis), max(axis)) for axis in zip(*factor.places)]
                before = found.get(factor.family, (0, ends))[1]
                wider = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(before, ends)]
                found[factor.family] = (factor.outside, wider)
    return found


def _corners(run: Run, family: str) -> Iterator[Subscripts]:
    own = pieces(family, run.setting.layout)
    if len(own) == 1 and own[0].path == family and not run.setting.shapes.graph.families[family].is_given:
        yield from product(*({low, high} for low, high in axes_of(own[0])))
