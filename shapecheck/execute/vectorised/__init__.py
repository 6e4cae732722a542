"""Equations evaluated by NumPy for all values of their indices at the same time.

    node -> maker -> Code -> storing

`frame` says which indices have an axis, and defines `Code`: a function that computes one array with labelled axes.
`maker` turns nodes into codes and asks one module for each kind of node: `access` for reads, `applied_op` for ops (with
a shorter way in `ufuncs`), `big_operators` for sums and maxima (by `axis_reductions` and `contract`), `choices`
for conditions.  `storing` writes the result into the arrays of the run.
"""
