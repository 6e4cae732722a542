"""The options of `shapecheck test`."""

from __future__ import annotations

import click

from shapecheck.cli.options import CLUSTER, MEMORY, PATHS
from shapecheck.commands.configuration import PROFILES


@click.command(short_help="Run specs at many sizes and on many numbers.")
@PATHS
@click.option("--profile", type=click.Choice(tuple(PROFILES)), default="default", show_default=True,
              help=f"Most runs for each part: {', '.join(f'{name} {most}' for name, most in PROFILES.items())}.")
@click.option("--max-examples", type=click.IntRange(min=1), default=None,
              help="Most runs for each part of a spec, in the place of the profile's; large networks get fewer.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True,
              help="Seed of the random sizes and numbers.")
@click.option("-k", "words", multiple=True, metavar="WORD",
              help="Only parts with this word in their name, file::block. May be repeated.")
@click.option("-x", "stop_at_first", is_flag=True, help="Stop at the first failure.")
@click.option("-j", "--jobs", type=click.IntRange(min=1),
              help="Number of specs tested at a time.  [default: one for each processor]")
@CLUSTER
@click.option("-v", "--verbose", is_flag=True, help="Show the coverage of each part.")
@MEMORY
@click.option("--mutate", "mutating", is_flag=True,
              help="Change the specs in one place at a time, and show the changes that no claim and no test notices.")
@click.option("--max-mutants", type=click.IntRange(min=1), default=200, show_default=True,
              help="With --mutate: most changes of a spec, spread over its text.")
@click.option("--mutant-seconds", type=click.FloatRange(min=0, min_open=True), default=10, show_default=True,
              help="With --mutate: time limit for one change, in seconds.")
@click.option("--strict", is_flag=True, help="With --mutate: exit code 1 where a change is not noticed.")
def test(
    paths: tuple[str, ...], profile: str, max_examples: int | None, seed: int, words: tuple[str, ...],
    stop_at_first: bool, jobs: int | None, cluster: str | None, verbose: bool, memory_limit: int, mutating: bool,
    max_mutants: int, mutant_seconds: float, strict: bool,
) -> int:
    """Test specs by running them: every spec is its own property test.

    Sizes are drawn among those that a spec admits: equal and different ones, the smallest ones, every remainder of
    every stride. Numbers are zeros, ones, random, negative and large. Every run compares all shapes with the derived
    ones, all values with the equations evaluated entry by entry, and every claim with its verdict. A failure is shown
    at the smallest sizes, with a command that repeats it.

    With --mutate each spec is changed: operands swapped, a term dropped, an index off by one, another padding, a weight
    transposed. The changes that no claim and no test notices are shown: the claims say nothing about these places.

    PATHS are spec files, directories (all *.shape below them), or - for standard input.

    \b
    Examples:
      shapecheck test gru.shape -v
      shapecheck test specs/ -j 4
      shapecheck test specs/ -k attention --max-examples 200 --seed 1
      shapecheck test --mutate exercise.shape
    """
    if mutating:
        from shapecheck.commands.mutate import MutateOptions, mutate_paths
        from shapecheck.testing.mutation import Limits

        limits = Limits(max_mutants, mutant_seconds, memory_limit)
        return mutate_paths(paths, MutateOptions(limits, jobs, verbose, strict, cluster))
    from shapecheck.commands.test import TestOptions, test_paths

    most = max_examples or PROFILES[profile]
    return test_paths(paths, TestOptions(most, seed, words, stop_at_first, jobs, verbose, memory_limit, cluster))
