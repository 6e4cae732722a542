"""Cases: the sizes and numbers that a spec is run at.

`case` is one of them, with its run; `amounts` says how many and of which kinds.  `choice` selects sizes that reach the
goals in `coverage_goals` within the limits that `cost` estimates; `fills` makes the arrays.  `strategies` draws further
cases with Hypothesis, within the settings of its profile (`profiles`).
"""
