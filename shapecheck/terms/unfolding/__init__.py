"""Nodes of the graph unfolded to terms.

`unfold` gives the term of one entry of a node, `expand` puts the definitions of families in the place of their entries,
and `substitute` puts sizes in the place of symbols without capture.
"""
