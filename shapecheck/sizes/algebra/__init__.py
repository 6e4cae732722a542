"""Sizes in normal form, and computing with them.

In: names, integers and other sizes.  Out: a `Size`, the same object for the same normal form.  From the lowest up:

- `atoms` are the indeterminates, `monomials` are products of them, and a `size` is a polynomial in them.
- `division` makes quotients, `compounds` makes maxima and powers, and puts sizes in the place of symbols.
- `point_values` computes values at points; `summation` sums over an index, with quotients that always divide (`whole`).
- `weight` says how large a size is when it is written out; `numerals` writes integers of any length.
"""
