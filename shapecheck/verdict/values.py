"""Claims about values: proved on the defining equations, executed on literal data, or tried in runs.

`==` means equal numbers in every entry, which random inputs on the k/16 grid test without rounding as long as only sums
and products are taken; `~=` allows a relative error (`|a - b| <= e * max(1, |a|, |b|)`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from shapecheck.graph.model import Apply, Claim, Data, Node, Number, Read, Reduce, ShapeClaim, ValueClaim
from shapecheck.graph.reads import claim_values, nodes_below, sizes_in
from shapecheck.infer.model import Instance, Shapes
from shapecheck.record import record
from shapecheck.sizes import Size, smallest
from shapecheck.verdict.model import Verdict, Word
from shapecheck.verdict.runs import Case, Runner, meets
from shapecheck.verdict.sizes import Setting

if TYPE_CHECKING:
    import numpy as np

    from shapecheck.execute import Run

SMALLER_TRIED = 40
"""How many settings, smallest first, are run to find smaller sizes that refute a claim."""
SEEDS_TRIED = 4
"""How often each is run: with the few numbers of a small run a false claim may hold by luck."""


GRID = 1 << 20
"""Reals that are multiples of 1/GRID and at most GRID are held exactly, and so are sums and products of a few."""
NEAR = 1e-9
"""Relative distance within which written reals (`0.1`) may differ by their rounding alone."""


class Rounded(Exception):
    """An exact comparison hangs on how written reals are rounded; never leaves this module."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


@record
class Failure:
    """A run in which a claim fails: where, and the numbers."""

    case: Case
    detail: tuple[str, ...]


def value_claim(
    claim: Claim, instances: tuple[Instance, ...], setting: Setting, runner: Runner, case: Case | None
) -> Verdict:
    """A comparison of values.  `case`: the test that the claim stands in."""
    proof = _proof(claim, instances, setting)
    if proof is not None:
        return Verdict(claim, Word.PROVED, proof, test=setting.test)
    rounding = inexact(claim, setting.shapes)
    if rounding is not None and isinstance(claim.body, ValueClaim) and {"==", "!="} & {*claim.body.operators}:
        detail = (f"{rounding} rounds, and == and != compare exactly", "write ~= to allow for rounding")
        return Verdict(claim, Word.ERROR, "exact comparison of rounded numbers", detail=detail, test=setting.test)
    try:
        return _by_runs(claim, instances, setting, runner, case, rounding)
    except Rounded as rounded:
        detail = (rounded.place, "write ~= to allow for rounding")
        return Verdict(claim, Word.ERROR, "exact comparison of rounded numbers", detail=detail, test=setting.test)


def _proof(claim: Claim, instances: tuple[Instance, ...], setting: Setting) -> str | None:
    """How the claim is proved on the defining equations, in every box of its indices; None if it is not."""
    body = claim.body
    if not isinstance(body, ValueClaim) or not body.operators or set(body.operators) - {"==", "~="}:
        return None
    if any(
        isinstance(node, Read) and node.family in setting.shapes.unfounded for node in _supports(claim, setting.shapes)
    ):
        return None
    from shapecheck.terms.claims import equal_values

    method = None
    for instance in instances:
        context = setting.context(claim)
        for left, right in pairwise(body.operands):
            method = equal_values(setting.shapes, instance, left, right, context)
            if method is None:
                return None
    return method


# ---- runs --------------------------------------------------------------------------------------


def _by_runs(
    claim: Claim,
    instances: tuple[Instance, ...],
    setting: Setting,
    runner: Runner,
    case: Case | None,
    rounding: str | None,
) -> Verdict:
    cases = [case] if case is not None else [item for item in runner.cases() if meets(claim, item.sizes)]
    picked = not cases
    if picked:
        cases = runner.picks(condition=claim.condition)
    literal = not _varies(claim, setting.shapes, case)
    if literal:
        cases = cases[:1]
    runs = 0
    for item in cases:
        failure, done = _try(claim, instances, runner, item)
        runs += done
        if failure is not None:
            return _refuted(
                claim,
                instances,
                setting,
                runner,
                failure if literal or case else _smaller(claim, instances, runner, failure),
                literal,
            )
    if claim.expect == Word.REFUTED and case is None and not literal:
        failure = _search(claim, instances, runner, SMALLER_TRIED)
        if failure is not None:
            return _refuted(claim, instances, setting, runner, failure, literal)
    return _held(claim, setting, runs, cases, literal, rounding, picked)


def _held(
    claim: Claim, setting: Setting, runs: int, cases: list[Case], literal: bool, rounding: str | None, picked: bool
) -> Verdict:
    if runs == 0:
        return Verdict(claim, Word.UNKNOWN, "nothing could be run", test=setting.test)
    approximate = isinstance(claim.body, ValueClaim) and "~=" in claim.body.operators
    exact = not approximate and rounding is None and not any(map(_is_real, _supports(claim, setting.shapes)))
    if literal and exact:
        return Verdict(claim, Word.PROVED, "literal data, computed exactly", runs=runs, test=setting.test)
    if literal:
        return Verdict(claim, Word.TESTED, "literal data, computed with rounding", runs=runs, test=setting.test)
    names = "sizes picked by the tool" if picked else f"tests {', '.join(item.name for item in cases if item.name)}"
    detail = tuple(_written(item.sizes) for item in cases) if picked else ()
    return Verdict(claim, Word.TESTED, f"runs: {names}", runs=runs, detail=detail, test=setting.test)


def _refuted(
    claim: Claim, instances: tuple[Instance, ...], setting: Setting, runner: Runner, failure: Failure, literal: bool
) -> Verdict:
    method = "literal data, computed" if literal else f"a run with seed {failure.case.seed}"
    sizes = {} if literal else dict(failure.case.sizes)
    return Verdict(claim, Word.REFUTED, method, runs=1, counterexample=sizes, detail=failure.detail, test=setting.test)


def _try(claim: Claim, instances: tuple[Instance, ...], runner: Runner, case: Case) -> tuple[Failure | None, int]:
    """The failure of a claim in one run, and whether there was a run."""
    run = runner.run(case)
    if run is None:
        return None, 0
    hazy = any(_is_hazy(node) for node in _supports(claim, runner.shapes))
    detail = compare(claim, instances, run, runner.shapes.environment(case.sizes), hazy)
    return (None if detail is None else Failure(case, detail)), 1


def _smaller(claim: Claim, instances: tuple[Instance, ...], runner: Runner, failure: Failure) -> Failure:
    """The smallest sizes that fail, of those tried in order up to the ones known to fail."""
    return _search(claim, instances, runner, SMALLER_TRIED, sum(failure.case.sizes.values())) or failure


def _search(
    claim: Claim, instances: tuple[Instance, ...], runner: Runner, count: int, below: int | None = None
) -> Failure | None:
    if not runner.shapes.graph.free_sizes:
        return None
    graph = runner.shapes.graph
    context = graph.context if claim.condition is None else graph.context.assuming(claim.condition)
    for sizes in smallest(context, graph.free_sizes, count=count):
        if below is not None and sum(sizes.values()) >= below:
            return None
        for seed in range(SEEDS_TRIED):
            found, _ = _try(claim, instances, runner, Case(sizes, seed=seed))
            if found is not None:
                return found
    return None


def _written(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in sizes.items())


# ---- comparison --------------------------------------------------------------------------------


def compare(
    claim: Claim, instances: tuple[Instance, ...], run: Run, sizes: Mapping[str, int], hazy: bool = False
) -> tuple[str, ...] | None:
    """The first entry where the claim fails and both numbers; None where it holds throughout.

    `hazy`: numbers below it are not what was written (`0.1`), so a difference of a rounding error decides nothing.
    """
    for instance in instances:
        failure = _compare_in(claim, instance, run, sizes, hazy)
        if failure is not None:
            return failure
    return None


def _compare_in(
    claim: Claim, instance: Instance, run: Run, sizes: Mapping[str, int], hazy: bool
) -> tuple[str, ...] | None:
    if isinstance(claim.body, ShapeClaim):
        return _entries_in(claim.body, instance, run, sizes)
    assert isinstance(claim.body, ValueClaim)
    values = [run.evaluate(instance, operand) for operand in claim.body.operands]
    if not claim.body.operators:
        return _first(values[0].astype(bool), instance, sizes, "the condition is false")
    for position, operator in enumerate(claim.body.operators):
        left, right = _aligned(values[position], values[position + 1], len(instance.ranges))
        holds = _holds(operator, left, right, claim.body.tolerance)
        if hazy and operator != "~=":
            _refuse_haze(operator, holds, left, right, instance, sizes)
        failure = _first(holds, instance, sizes, None, left, right)
        if failure is not None:
            return failure
    return None


def _entries_in(body: ShapeClaim, instance: Instance, run: Run, sizes: Mapping[str, int]) -> tuple[str, ...] | None:
    """`in low..high`: every entry lies there, and is an integer unless the ends are reals."""
    import numpy as np

    assert body.entries is not None
    low, high = (end.evaluate(sizes) if isinstance(end, Size) else end for end in (body.entries.low, body.entries.high))
    values = run.evaluate(instance, body.value)
    holds = (values >= low) & (values <= high)
    if not body.entries.real:
        holds &= np.equal(np.floor(values), values)
    return _first(holds, instance, sizes, f"not in {low}..{high}")


def _aligned(left: np.ndarray, right: np.ndarray, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """A scalar side is compared with every entry of the other."""
    while left.ndim < right.ndim:
        left = left[(*[slice(None)] * labels, None, ...)]
    while right.ndim < left.ndim:
        right = right[(*[slice(None)] * labels, None, ...)]
    return left, right


def _refuse_haze(
    operator: str,
    holds: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    instance: Instance,
    sizes: Mapping[str, int],
) -> None:
    """Raise `Rounded` where a comparison turns on a difference that rounding alone may make."""
    near = _holds("~=", left, right, NEAR)
    unclear = near & (holds if operator == "!=" else ~holds)
    place = _first(~unclear, instance, sizes, None, left, right)
    if place is not None:
        raise Rounded(place[0])


def _holds(operator: str, left: np.ndarray, right: np.ndarray, tolerance: float) -> np.ndarray:
    """Entry by entry; `~=` is `|a - b| <= tolerance * max(1, |a|, |b|)`."""
    import numpy as np

    if operator != "~=":
        compare = {
            "==": np.equal,
            "!=": np.not_equal,
            "<=": np.less_equal,
            ">=": np.greater_equal,
            "<": np.less,
            ">": np.greater,
        }
        return np.asarray(compare[operator](left, right))
    with np.errstate(invalid="ignore"):
        size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
        close = np.isfinite(size) & (np.abs(np.subtract(left, right, dtype=float)) <= tolerance * size)
    return np.asarray(np.equal(left, right) | close)


def _first(
    holds: np.ndarray, instance: Instance, sizes: Mapping[str, int], text: str | None, *sides: np.ndarray
) -> tuple[str, ...] | None:
    """Where a comparison fails first, and the numbers there (or `text`); None where it holds throughout."""
    import numpy as np

    if bool(np.all(holds)):
        return None
    position = tuple(map(int, np.argwhere(~np.atleast_1d(holds))[0]))[: holds.ndim]
    wrong = int(holds.size - np.count_nonzero(holds))
    place = _place(position, instance, sizes)
    said = text or "left {}, right {}".format(
        *(_number(np.broadcast_to(side, holds.shape)[position]) for side in sides)
    )
    count = f" ({wrong} of {holds.size} entries)" if holds.size > 1 else ""
    return (f"{place}{said}{count}",)


def _place(position: tuple[int, ...], instance: Instance, sizes: Mapping[str, int]) -> str:
    """The first failing entry, its claim's indices by their names: `at t = 2, in entry [0, 1]: `."""
    known = dict(sizes)
    parts: list[str] = []
    for index, offset in zip(instance.origin.indices, position):
        known[index.symbol] = instance.ranges[index.symbol].low.evaluate(known) + offset
        parts.append(f"{index.label} = {known[index.symbol]}")
    rest = position[len(parts) :]
    words = [f"at {', '.join(parts)}"] if parts else []
    if rest:
        words.append(f"in entry [{', '.join(map(str, rest))}]")
    return f"{', '.join(words)}: " if words else ""


def _number(value: object) -> str:
    return repr(float(value)) if isinstance(value, float) else str(value)


# ---- what a claim rests on ---------------------------------------------------------------------


def _supports(claim: Claim, shapes: Shapes) -> Iterator[Node]:
    """All nodes that a claim's values are made of, definitions looked through."""
    definitions: dict[str, list[Node]] = {}
    for equation in shapes.graph.equations:
        for target in equation.targets:
            definitions.setdefault(target.family, []).append(equation.value)
    stack, seen = list(claim_values(claim)), set[str]()
    while stack:
        for node in nodes_below(stack.pop()):
            yield node
            if isinstance(node, Read) and node.family not in seen:
                seen.add(node.family)
                stack.extend(definitions.get(node.family, ()))


def _is_real(node: Node) -> bool:
    """Whether a node is a number, or data, written with a point or an exponent."""
    return any(isinstance(value, float) for value in _literals(node))


def _is_hazy(node: Node) -> bool:
    """Whether a node holds a real that is no small multiple of a power of two, so that it is rounded when read."""
    reals = (value for value in _literals(node) if isinstance(value, float) and math.isfinite(value))
    return any(abs(value) > GRID or value * GRID != int(value * GRID) for value in reals)


def _literals(node: Node) -> tuple[int | float, ...]:
    match node:
        case Number(value):
            return (value,)
        case Data(_, values):
            return values
        case _:
            return ()


def inexact(claim: Claim, shapes: Shapes) -> str | None:
    """The first operation below a claim that rounds; None where sums and products of integers are exact."""
    for node in _supports(claim, shapes):
        if isinstance(node, Apply) and not node.op.exact:
            return node.op.name
        if _is_hazy(node):
            return "a real such as 0.1"
        if isinstance(node, Reduce) and node.operator == "mean":
            return "mean"
    return None


def _varies(claim: Claim, shapes: Shapes, case: Case | None) -> bool:
    """Whether a claim's truth may depend on sizes or drawn data: not for literal data of fixed shape.

    In a test the sizes are fixed, and data that it gives are literal.
    """
    nodes = list(_supports(claim, shapes))
    families = {node.family for node in nodes if isinstance(node, Read)}
    given = {name for name in families if shapes.graph.families[name].is_given}
    if case is not None:
        return not given <= case.data.keys()
    return (
        bool(given)
        or any(_ranges_vary(claim))
        or any(map(sizes_in, nodes))
        or any(_family_varies(name, shapes) for name in families)
    )


def _ranges_vary(claim: Claim) -> Iterator[bool]:
    for index in claim.indices:
        yield any(end is not None and end.names for end in (index.low, index.high))


def _family_varies(name: str, shapes: Shapes) -> bool:
    return any(
        size.names
        for cell in shapes.cells[name]
        for size in (*cell.shape, *(end for part in cell.region for end in (part.low, part.high)))
    )
