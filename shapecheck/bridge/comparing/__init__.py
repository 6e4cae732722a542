"""A module beside a spec: is it the network that the spec describes?

spec    -> SpecPart       `spec_parts`: the layers that have weights, repeated ones each for itself
module  -> ModuleLayer    `module_layers`: the layers in the order of their calls, with what goes in and out
both    -> pairs          `pairing`: by the names of their weights, else by kind in the order of use
weights -> arrays         by the rules of a profile; a shape that differs is told with its axis
values                    `side_by_side`: both run on the same numbers, layer by layer
why                       `likely_causes`: which small change makes the first layer that differs equal
"""
