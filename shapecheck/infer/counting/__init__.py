"""Parameters and multiply-accumulates of derived shapes.

`counts` is the entry.  `equation_work` lists the values that an equation computes, each with the branches that it
stands in; `branches` counts how many values of the indices lead into a branch, by the `index_ranges`.
"""
