"""Arithmetic on single numbers.

`floats` has Python's own integers and floats.  `exact` has numbers that are known for certain: `number` says what they
are, `rational` computes sums, products, quotients and powers of them, `real` functions such as `exp`, and `intervals`
holds the results that are no fractions between two ends.
"""
