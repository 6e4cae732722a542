"""Spec -> Graph: names resolved, `for` blocks dissolved, blocks kept as calls; shapes are derived later.

In: the syntax tree of a file.  Out: a `Graph` and the mistakes in the rest of the file.  The way of the data:

1. `build` is the entry.  `imports` finds the blocks in sight (of the file, of imported files, and of the `library`).
2. `statements` reads the file in two passes: first all names, then every statement.
3. `expressions` reads each expression in a statement as a size, a static argument or a value.
4. `numbering` rewrites subscripts, so that every axis of a value counts from 0.
5. `bodies` makes the graph of a block's body when the shapes of an application are known; `infer` asks for it.
   `blocks_alone` makes the graph of a block without an application, to check its own claims.

What these give and take:

- `model` and `nodes` describe the graph: families, equations and claims, and the values in them.
- `block_definitions` describes layers and functions as they are written; `reads` lists the families that a value reads.
- `errors`, `size_errors`, `literal_errors`, `block_errors` and `claim_errors` hold all messages of this room.
"""
