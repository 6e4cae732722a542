"""Ways to prove a comparison that provers share: each gives a proof or nothing.

- `signs` counts every name from its least value: no term is negative.  `squares` completes squares.
- `equalities` puts facts that are equations in.
- `goals` chooses the quotient, the fact or the name of a goal to look at next.
- `polynomials` puts these together, case by case, for floors, maxima and symbolic divisors.
"""
