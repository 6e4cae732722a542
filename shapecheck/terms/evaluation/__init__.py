"""Terms evaluated entry by entry in Python, straight from the definition.

`compiler` turns a term into a Python function and `definition_rules` finds the definition of a member.  `entries`
computes the entries of families that are asked for, and the entries that they read; `reference` returns whole arrays.
`literal_data` gives the entries of data that a test states.
"""
