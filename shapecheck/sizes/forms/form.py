"""The form in which a size is written under what is assumed.

In: a size, a context, and `Wanted` forms and axes.  Out: a `Form`: a tree for writers that was proved to have the
value of the size at every admissible point, the shortest of those that were found.  Candidates are made by putting in
what is assumed (`ratio`), by leaving out what it settles (`bounded`), and from what the author wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from shapecheck.record import record
from shapecheck.sizes.algebra.compounds import nested_atoms
from shapecheck.sizes.algebra.size import ONE, ZERO, Size
from shapecheck.sizes.algebra.weight import weight
from shapecheck.sizes.forms.bounded import Bounds, holds_at
from shapecheck.sizes.forms.candidates import Candidate, Goals, Maker, is_equal
from shapecheck.sizes.forms.congruences import Rewriting, put_in, rewritings
from shapecheck.sizes.forms.proving import follows, is_proved, used
from shapecheck.sizes.forms.ratio import Ratio, with_names
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import Formula, Relation
from shapecheck.sizes.work import allowance
from shapecheck.sizes.writing.notation import Written, parts_of
from shapecheck.sizes.writing.show import show, written, written_factored
from shapecheck.sizes.writing.text import declared_names, text_of

HEAVIEST = 300
"""A size with more terms and atoms is written as it is."""
MOST_WORK = 8_000
"""Steps that all questions about one size may take."""
LONGER = 1.5
"""The author's form may be so much longer than the shortest one."""


@record
class Wanted:
    """Forms that the author wrote, the axes around, which may be factors of a count, and the summands of totals."""

    forms: tuple[Size, ...] = ()
    axes: tuple[Size, ...] = ()
    sums: tuple[tuple[Size, ...], ...] = ()


@record(eq=False)
class Form:
    """The written form, and the facts under which it is the size."""

    tree: Written
    facts: tuple[Formula, ...] = ()


def form(size: Size, context: Context, wanted: Wanted, factored: bool = False) -> Form:
    """The best form that is proved; the normal form's where there is no better one."""
    return _form(size, context, wanted, factored, declared_names.get())


def forget() -> None:
    """Forgets all forms, as in a new process."""
    _form.cache_clear()
    _maker.cache_clear()
    _brief_text.cache_clear()


@lru_cache(maxsize=4096)
def _form(size: Size, context: Context, wanted: Wanted, factored: bool, order: tuple[str, ...]) -> Form:
    if size.constant is None and weight(size) <= HEAVIEST:
        with allowance(MOST_WORK):
            candidates = _candidates(size, context, wanted, factored)
            for one in sorted(candidates, key=lambda candidate: candidate.rank):
                if all(is_proved(context, goal) for goal in one.goals):
                    return Form(one.tree, used(context, one.goals))
    return Form(written_factored(size) if factored else written(size))


def _candidates(size: Size, context: Context, wanted: Wanted, factored: bool) -> list[Candidate]:
    """Those that were made of the size, and in front those of the author that are not much longer."""
    maker = _maker(context, wanted, declared_names.get()) if factored else Maker(context, factored)
    bounds = Bounds(context, [])
    plain = bounds.settled(size)
    goals = tuple(bounds.proved)
    found = [*maker.of(Ratio(plain, ONE), goals)]
    ways = tuple(dict.fromkeys(_ways(plain, context)))
    for ratio in (one for some in ways for one in with_names(maker.ratio(plain, some), some)):
        if ratio.numerator is not plain or ratio.divisor is not ONE:
            found += maker.of(ratio, (*goals, is_equal(ratio, plain)))
    summands = next((some for some in wanted.sums if sum(some, start=ZERO) is size), ()) if factored else ()
    if len(summands) > 1:
        for some in ways:
            found += maker.grouped(plain, [maker.ratio(part, some) for part in summands], goals)
    return [*_of_the_author(plain, wanted.forms, found, maker, goals), *found]


def _ways(size: Size, context: Context) -> Iterator[tuple[Rewriting, ...]]:
    """Rewritings to put in together: none, all that there are, and those that each leave less to round."""
    yield ()
    for some in rewritings(context, size.names):
        yield some
        yield tuple(item for item in some if _roundings(put_in(size, (item,))) < _roundings(size))


def _roundings(size: Size) -> int:
    return sum(bool(atom.parts) for atom in nested_atoms(size))


def _of_the_author(
    size: Size, forms: Iterable[Size], found: Sequence[Candidate], maker: Maker, goals: Goals
) -> Iterator[Candidate]:
    """The author's forms that may be this size, if they are not much longer than the shortest one."""
    if all(not atom.parts for atom in size.atoms):
        return
    roundings, length = min(candidate.rank for candidate in found)
    for own in forms:
        equal = Relation("==", own, size)
        if own is size or not own.names or not own.names <= size.names or not holds_at(maker.context, equal):
            continue
        for candidate in maker.of(Ratio(own, ONE), (*goals, equal)):
            if candidate.rank[0] <= roundings and candidate.rank[1] <= LONGER * length:
                yield Candidate(candidate.tree, (candidate.rank[0], 0), candidate.goals)


def brief_text(size: Size, context: Context) -> str:
    """The text of a form that follows by putting in what is assumed; nothing is decided."""
    return _brief_text(size, context, declared_names.get())


@lru_cache(maxsize=1024)
def _brief_text(size: Size, context: Context, order: tuple[str, ...]) -> str:
    if weight(size) > HEAVIEST:
        return show(size)
    maker = Maker(context, False)
    found = [*maker.of(Ratio(size, ONE), ())]
    for some in rewritings(context, size.names):
        ratio = maker.ratio(size, some)
        found += maker.of(ratio, (is_equal(ratio, size),))
    ranked = sorted(found, key=lambda candidate: candidate.rank)
    tree = next((one.tree for one in ranked if all(follows(context, goal) for goal in one.goals)), written(size))
    return text_of(tree)


@lru_cache(maxsize=256)
def _maker(context: Context, wanted: Wanted, order: tuple[str, ...]) -> Maker:
    """Makes the counts of a table with these axes."""
    trees = [form(axis, context, Wanted(wanted.forms)).tree for axis in wanted.axes]
    texts = frozenset(part.text for tree in trees for part in parts_of(tree))
    return Maker(context, True, tuple(dict.fromkeys(_factors(context, wanted.axes))), texts)


def _factors(context: Context, axes: Iterable[Size]) -> Iterator[Size]:
    """The axes that are sums, and the numerators of what they are under what is assumed."""
    maker = Maker(context, False)
    for axis in axes:
        for some in ((), *rewritings(context, axis.names)):
            numerator = maker.ratio(axis, some).numerator
            if len(numerator.terms) > 1:
                yield numerator
