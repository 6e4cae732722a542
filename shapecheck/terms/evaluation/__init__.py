"""Terms evaluated entry by entry in Python, without any clever step.

`compiler` turns a term into a Python function, `entries` computes the entries of families that are asked for and what
they need, `reference` returns whole arrays of them.  `literal_data` gives the entries of data that a test states.
"""
