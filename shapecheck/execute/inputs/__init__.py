"""Values that come from outside: drawn from a seed, or given and checked.

    layout -> pieces -> drawn | given -> one array for each slot

`pieces` cuts each family into the arrays that it is given or handed out as, `limits` evaluates declared ranges of
entries.  `drawn` makes numbers from a seed with the generator in `splitmix`; `given` checks the arrays of a user.
"""
