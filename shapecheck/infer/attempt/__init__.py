"""One attempt to derive all shapes, by unification.

In: a graph, and a way to cut the ranges of its indices.  Out: an `Attempt` with the shapes of all cells, or with the
conflicts that it ran into.  The way of the data:

1. `layout` makes the cells of every family and the frames of every equation, in the `order` of their reads.
2. `equation_rules` walks each frame; `node_rules` gives every node a shape variable, with the rules for ops
   (`op_rules`), reads (`read_rules`), parts of blocks (`part_rules`), applications (`call_rules`) and branches
   (`branch_rules`).
3. A rule that does not know enough waits until more is known: `attempt` tries again until nothing moves.
4. `open_ranges` works out the ranges that the text leaves open.

`state` holds shape variables and frames; `solver` solves equations between sizes.  A `conflict` stops the rule that ran
into it; its messages stand in `errors`, `range_errors` and `call_errors`.
"""
