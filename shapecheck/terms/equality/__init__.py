"""Proofs that two terms are one value for all sizes and indices.

    two terms -> normalise -> polynomials -> vanishing: is the difference 0?

`canonical` asks the question, `induction` asks it for recurrences, and `generalise` turns a claim about the last member
into one about all members.  `polynomial` defines the normal form and `ring` computes with it.  `normalise` turns terms
into polynomials: functions become factors in `function_factors`, big operators in `folds`, and `simplify` removes bound
variables.  `vanishing` decides whether a polynomial is 0 and compares maxima with `images`.  `prover` asks and counts
the questions about sizes that all of them have.
"""
