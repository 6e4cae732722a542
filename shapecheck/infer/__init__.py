"""Graph -> Shapes: the shape of every tensor for all sizes, and what the equations need of the sizes.

In: a `Graph`.  Out: `Shapes` (`model`), with the messages about what no sizes, or only some sizes, satisfy.
The way of the data:

1. `derive` is the entry: it asks `search` for an attempt without conflicts, checks what that one owes, and hands its
   `result` on; `repairs` adds what may be assumed.
2. `search` runs attempts with the ranges of indices cut in one way or another (`regions`); `growth` guesses how shapes
   depend on the number of a member, and has an attempt check it.
3. `attempt` derives all shapes for one way to cut.
4. `owed` decides what an attempt that succeeded needs of the sizes; `values` works out which numbers entries of
   tensors can be; `worst_case` turns a requirement for all values of an index into one on the sizes alone.
5. `claims` derives the shapes of the values in claims.

Beside it:

- `blocks` keeps what is known of the bodies of blocks, and finds the way to their parts; `alone` looks at one block.
- `axis_names` follows the names that authors give to axes.
- `by_definition` looks a tensor up in its definitions; `values` and `axis_names` are built on it.
- `counting` counts parameters and multiply-accumulates in `Shapes`; `rederive` derives them again with SymPy.
"""
