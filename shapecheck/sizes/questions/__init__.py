"""Questions about sizes, and their answers: what provers and engines are asked.

In: a `Context` of facts and least values, and a `Formula`.  Out: a `Question`, with the facts that are connected with
the formula, and the names that occur; answers are `verdicts`.

- `points` tries a question at its smallest points, in plain Python; `grid` does it at many points, in NumPy.
- `bounds` works out intervals for sizes, where those of their names are known.
- `tidy` writes a comparison as people do; `plain_powers` writes powers with the fewest quotients.
"""
