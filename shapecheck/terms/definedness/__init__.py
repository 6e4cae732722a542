"""Proofs that terms have a value, and the ranges of these values.

`defined` walks through a term, `conditions` says what is known inside of a branch, `ranges` are sets of numbers,
`range_functions` computes functions of them, and `family_ranges` finds a range for every family, by induction where its
members depend on each other.
"""
