"""Values as terms: scalar functions of indices, read off the defining equations of the ops.

    node -> unfolding -> Term -> equality + definedness -> a proof that two values are equal
                              -> evaluation -> numbers

The types of terms stand with the ops (`ops.term_types`).  `unfolding` gives the term of a node.  `equal_values`
proves a value claim: `equality` shows that two terms are one value, `definedness` that both have a value wherever they
are asked for.  `evaluation` computes terms entry by entry, in one of the arithmetics of `scalars`: integers and floats,
or numbers that are known exactly.  Nothing here uses NumPy arrays to compute, and nothing here uses `execute`.
"""
