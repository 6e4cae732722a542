"""Mutation tests of specs: each equation is changed, and the claims that notice are listed.

    source -> change_places -> changes -> mutants -> outcome -> campaign -> messages

`change_places` are the nodes that can change, `changes` the mistakes that people make, `mutants` the changed specs.
`outcome` checks one mutant; one that survives is compared with the original by `seen` and `equivalence`.  `campaign`
(`mutate`) tries all of them, and `messages` words the result.
"""

from __future__ import annotations

from shapecheck.testing.mutation.mutation_campaign import Campaign, Limits, mutate
from shapecheck.testing.mutation.outcome import Fate, MutantOutcome

__all__ = ["Campaign", "Fate", "Limits", "MutantOutcome", "mutate"]
