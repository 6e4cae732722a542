"""Sizes: how they are computed with, and how statements about them are decided.

In: names and integers from a spec.  Out: `Size`s, equal exactly when their normal forms are; `Decision`s about
statements; test sizes; conditions that repair a false statement.  Nothing here knows of tensors or of syntax.

**The idea.**  A size is a polynomial over the integers in four kinds of atom:

    Symbol(name)     floor(size / size)     max(size, 0)     base ^ monomial

Everything a shape rule says is rewritten into these on construction, each rewriting an identity of integers:

    ceil(a/b)  = floor((a - 1)/b) + 1            max(a, b) = b + max(a - b, 0)
    a % b      = a - b * floor(a/b)              min(a, b) = a - max(a - b, 0)
    floor((m*a + b)/m)         = a + floor(b/m)
    floor((floor(a/b) + c)/m)  = floor((a + b*c)/(b*m))
    b^(e + c)  = b^e * b^c                       b^(e - f) = floor(b^e / b^f)

No rational number ever occurs.  Divisors are at least 1, which the caller owes.  Sizes are interned, so equality is
identity and `(n - 1) // s + 1` and `ceil_divide(n, s)` are one object.  The form is canonical for ring identities and
nested floors, not complete: `n // 2 + (n + 1) // 2` and `n` are two sizes, and only `decide` knows that they are equal.

**Deciding.**  A `Context` holds facts and least values: a plain name is at least 1, an index (`.t`) has no least value.
`decide(context, formula)` asks the `provers`, the cheapest first, and each is sound:

    normal form          both sides are the same polynomial, or differ by a constant
    signs                every name counted from its least value, no coefficient is negative; one fact may be used
    assumed equations    a fact `v == e` or `p % m == r` is put in, then signs
    search               the smallest points by (sum of sizes, then values by name), in plain Python
    all cases            that search, where the facts leave finitely many points
    integer sets         `engines`, for linear sizes with floors by constants: exact both ways, smallest failing point
    polynomial bounds,   the rest: n = m*q + r for floors, cases for maxima, facts substituted, small values
    residue classes      split off; squares completed; powers counted from 1 + (base - 1)*exponent
    all cases            one size: proved from some value on, and every value up to there tried
    search               NumPy on some ten thousand smallest points, then on points with large sizes
    cases                taken apart: conjuncts, signs of maxima, values and remainders of one name

`Refuted` always carries a point that was evaluated and satisfies the facts; it is the smallest one, unless its method
is `search of large sizes`.  What no method settles is
`Tested(count)`.  Every method has a limit of steps, and running out of it is never an answer.  At a point where
something would be divided by less than 1 a statement has no value: such points are not admissible and nothing is
claimed about them.

**Around it.**  `possible` is the fast question whether conditions can hold together (no means proved); `consistent` and
`smallest` choose sizes; `repair` finds a condition, proved sufficient, and says whether it is the weakest; `summation`
sums over an index; `show` writes a size as people do: the normal form `-M + floor((H + M)/2) + 1` prints as
`(H - M) // 2 + 1`.  SymPy (`symbolic`), NumPy (`questions.grid`), isl and z3 (`engines`, which have a plain one before
them) are imported on first use.

**Rooms**, each built on those before it: `algebra` (normal forms) and `writing` (text), which `operators` gives to the
class `Size`; `questions` and their answers; `proofs`, `engines` and `provers`, which answer them; `decide` asks these;
`forms` writes sizes under what is assumed, each form proved by them, and `telling` is that for messages.
On it stand `choose` (test sizes), `admissible` (all sizes that a context admits), `repair`, `forms` (the form of a size
under what is assumed) and `expression` (SymPy's own arithmetic in the place of sizes).  `work` counts the steps.
"""

from __future__ import annotations

from shapecheck.sizes.admissible import Admissible
from shapecheck.sizes.algebra.atoms import Floor, Member, Positive, Power, SizeFamily, Symbol, Total
from shapecheck.sizes.algebra.compounds import maximum, member, minimum, positive, power
from shapecheck.sizes.algebra.division import ceil_divide, exact_divide
from shapecheck.sizes.algebra.monomials import TooLargeToWrite
from shapecheck.sizes.algebra.point_values import Undefined
from shapecheck.sizes.algebra.size import ONE, ZERO, Inadmissible, as_size, integer, symbol
from shapecheck.sizes.algebra.summation import summation
from shapecheck.sizes.algebra.totals import sum_over
from shapecheck.sizes.algebra.weight import weight
from shapecheck.sizes.choose import possible, smallest
from shapecheck.sizes.decide import consistent, decide, is_proved
from shapecheck.sizes.operators import Size
from shapecheck.sizes.questions.context import Context
from shapecheck.sizes.questions.formula import FALSE, TRUE, And, Every, Formula, Not, Or, Relation
from shapecheck.sizes.questions.instances import members
from shapecheck.sizes.questions.memberless import family_atoms, members_after
from shapecheck.sizes.questions.plain_powers import with_plain_powers
from shapecheck.sizes.questions.tidy import plain_condition
from shapecheck.sizes.questions.verdicts import Decision, Proved, Refuted, Tested, Undecided, Unknown
from shapecheck.sizes.repair import Repair, repair
from shapecheck.sizes.symbolic import from_sympy, to_sympy
from shapecheck.sizes.work import allowance, is_used_up
from shapecheck.sizes.writing.show import show, show_factored
from shapecheck.sizes.writing.text import naming_order

__all__ = [
    "FALSE",
    "ONE",
    "TRUE",
    "ZERO",
    "Admissible",
    "And",
    "Context",
    "Decision",
    "Every",
    "Floor",
    "Formula",
    "Inadmissible",
    "Member",
    "Not",
    "Or",
    "Positive",
    "Power",
    "Proved",
    "Refuted",
    "Relation",
    "Repair",
    "Size",
    "SizeFamily",
    "Symbol",
    "Tested",
    "TooLargeToWrite",
    "Total",
    "Undecided",
    "Undefined",
    "Unknown",
    "allowance",
    "as_size",
    "ceil_divide",
    "consistent",
    "decide",
    "exact_divide",
    "family_atoms",
    "from_sympy",
    "integer",
    "is_proved",
    "is_used_up",
    "maximum",
    "member",
    "members",
    "members_after",
    "minimum",
    "naming_order",
    "plain_condition",
    "positive",
    "possible",
    "power",
    "repair",
    "show",
    "show_factored",
    "smallest",
    "sum_over",
    "summation",
    "symbol",
    "to_sympy",
    "weight",
    "with_plain_powers",
]
