"""Deciding statements about sizes: the cheapest sound method first.

In: a context and a formula.  Out: a `Decision`.  A proof holds at every admissible point; a refutation comes with a
point that was evaluated; whatever runs out of its limits says nothing.  Answers are remembered.  A question is granted
the same work whenever it is asked; where the allowance for all of them is used up, it is granted less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from shapecheck.sizes.algebra.size import integer, symbol
from shapecheck.sizes.provers import PROVERS
from shapecheck.sizes.provers.asking import asked
from shapecheck.sizes.provers.small_points import tested
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import FALSE, TRUE, Every, Formula, Relation
from shapecheck.sizes.questions.instances import Instance, Instances, total
from shapecheck.sizes.questions.memberless import Memberless, family_atoms, with_families, without_members
from shapecheck.sizes.questions.question import Question
from shapecheck.sizes.questions.verdicts import NO_SIZES, Decision, Proved, Refuted, Tested, Undecided, Unknown
from shapecheck.sizes.work import granted, is_used_up, remembered, worked

MOST_WORK = 70_000
"""Steps for one question, about half a second; the specs of the project need at most half of them."""
FAMILY_WORK = 4
"""Questions about one length whose whole work is granted for all lengths of a family together."""
BRIEFLY = 4_000
"""Steps for one question where the allowance is used up."""


def decide(context: Context, formula: Formula) -> Decision:
    """Whether the formula holds at all points that the context admits."""
    steps = BRIEFLY if is_used_up() else MOST_WORK
    if isinstance(formula, Every):
        return _of_every(context, formula)
    whole = with_families(context, formula)
    return _decided(context, formula, steps) if whole is None else _of_families(whole, formula, steps)


def is_proved(context: Context, formula: Formula) -> bool:
    """Whether `decide` proves the formula; of families of sizes only what holds whatever their members are."""
    whole = None if isinstance(formula, Every) else with_families(context, formula)
    if whole is None:
        return isinstance(decide(context, formula), Proved)
    plain, steps = plainly(whole, formula), BRIEFLY if is_used_up() else MOST_WORK
    return isinstance(_decided(plain.context, plain.formula, steps), Proved)


def _of_every(context: Context, formula: Every) -> Decision:
    """Whether a statement about all members holds: about any one of them."""
    if formula.some:
        return Unknown("it speaks of one member among many")
    ends = [(symbol(name), low, high) for name, low, high in formula.ranges]
    inside = [relation for at, low, high in ends for relation in (Relation(">=", at, low), Relation("<=", at, high))]
    return decide(context.assuming(*inside), formula.part)


@remembered(16384)
def _decided(context: Context, formula: Formula, steps: int) -> Decision:
    question = Question.about(context, formula)
    decision = _answer(question, steps)
    if isinstance(decision, Refuted):
        others = tuple(fact for fact in context.facts if fact not in question.facts)
        if others and consistent(Context(others, context.lowers)) is None:
            return Proved(NO_SIZES)
    return decision


# ---- families of sizes ---------------------------------------------------------------------------


@remembered(4096)
def _of_families(context: Context, formula: Formula, steps: int) -> Decision:
    """The same where families of sizes are declared: proved of any members, or decided for one length at a time."""
    plain = plainly(context, formula)
    decision = _decided(plain.context, plain.formula, steps)
    if isinstance(decision, Proved) or plain.exact:
        return decision
    if family_atoms((formula,)):
        return _one_length_at_a_time(context, formula, steps)
    if not isinstance(decision, Refuted):
        return decision
    fixed = [_equal(name, value) for name, value in decision.witness.items() if name in formula.names]
    whole = _of_lengths(context.assuming(*fixed), tuple(formula.names), steps)
    if isinstance(whole, dict):
        return Refuted(whole, decision.method)
    return _one_length_at_a_time(context, formula, steps)


def _equal(name: str, value: int) -> Relation:
    return Relation("==", symbol(name), integer(value))


def plainly(context: Context, formula: Formula) -> Memberless:
    """The context and the formula with a size of its own for each member that is mentioned."""
    bare = replace(context, families=(), facts=tuple(filter(_is_plain, context.facts)))
    return without_members(context, formula, lambda part: isinstance(_decided(bare, part, BRIEFLY), Proved))


def _is_plain(fact: Formula) -> bool:
    return not isinstance(fact, Every) and not family_atoms((fact,))


def _one_length_at_a_time(context: Context, formula: Formula, steps: int) -> Decision:
    """The smallest counterexample among those of small lengths; a proof where there are no other lengths."""
    best: dict[str, int] | None = None
    count, proved, instances, end = 0, True, Instances(context, formula), worked() + FAMILY_WORK * steps
    for instance in instances:
        if best is not None and total(instance.point) >= total(best):
            break
        if worked() > end:
            proved = False
            break
        decision = _decided(instance.context, instance.formula, steps)
        count += decision.count if isinstance(decision, Tested) else 1
        proved = proved and isinstance(decision, Proved)
        if isinstance(decision, Refuted):
            point = _completed(instance, decision.witness)
            best = point if best is None or total(point) < total(best) else best
    if best is not None:
        return Refuted(best, "search")
    return Proved("all cases") if proved and instances.complete else Tested(count)


def _completed(instance: Instance, witness: Mapping[str, int]) -> dict[str, int]:
    """A witness with the members that do not matter, as small as they may be."""
    fixed = [_equal(name, value) for name, value in witness.items()]
    rest = _consistent(instance.context.assuming(*fixed), instance.members, MOST_WORK)
    others = rest if isinstance(rest, dict) else {}
    point = {**instance.point, **witness}
    return {**point, **{name: others[name] for name in instance.members if name in others}}


def forget() -> None:
    """Forgets all answers, as in a new process."""
    _decided.forget()
    _of_families.forget()
    _consistent.forget()


def _answer(question: Question, steps: int) -> Decision:
    """The first answer that a prover gives; all provers together get this many steps."""
    with granted(steps):
        for prover in PROVERS:
            answer = asked(prover, question)
            if answer is not None:
                return answer
            if not question.names:
                return Unknown("it divides by something below 1")
    return tested(question)


def consistent(context: Context, names: tuple[str, ...] = ()) -> dict[str, int] | Undecided | None:
    """The smallest sizes that meet all facts, None if there are provably none."""
    steps = BRIEFLY if is_used_up() else MOST_WORK
    whole = with_families(context, TRUE)
    return _consistent(context, names, steps) if whole is None else _of_lengths(whole, names, steps)


def _of_lengths(context: Context, names: tuple[str, ...], steps: int) -> dict[str, int] | Undecided | None:
    """The smallest sizes with all members of the families; None where no sizes are admitted whatever they are."""
    plain = plainly(context, FALSE).context
    if _consistent(plain, (), steps) is None:
        return None
    best: dict[str, int] | None = None
    none, instances, end = True, Instances(context, TRUE), worked() + FAMILY_WORK * steps
    for instance in instances:
        if best is not None and total(instance.point) >= total(best):
            break
        if worked() > end:
            none = False
            break
        wanted = tuple(dict.fromkeys(name for name in (*names, *instance.members) if name not in instance.point))
        found = _consistent(instance.context, wanted, steps)
        none = none and found is None
        if isinstance(found, dict):
            point = {**instance.point, **found}
            best = point if best is None or total(point) < total(best) else best
    if best is not None:
        return best
    return None if none and instances.complete else Undecided("no admissible sizes were found")


@remembered(4096)
def _consistent(context: Context, names: tuple[str, ...], steps: int) -> dict[str, int] | Undecided | None:
    every = frozenset(names).union(*(fact.names for fact in context.facts))
    question = Question(context, context.in_order(every), context.facts, FALSE)
    decision = _answer(question, steps)
    if isinstance(decision, Refuted):
        return dict(decision.witness)
    return None if isinstance(decision, Proved) else Undecided("no admissible sizes were found")
