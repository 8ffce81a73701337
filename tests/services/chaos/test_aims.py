"""The table of mutations is whole: each has a window, and checks that must see it."""

import os
import subprocess
import sys

from chaos.aims import AIMS, faults_of
from chaos.checks import examine
from chaos.mutations import MUTATIONS
from chaos.seen import Seen
from throughline import invariants
from throughline.invariants import House


def test_every_mutation_has_its_aim() -> None:
    """A mutation nobody tries proves nothing."""
    assert {aim.mutation for aim in AIMS} == set(MUTATIONS)
    assert all(faults_of(aim.faults) for aim in AIMS)


def test_every_aim_names_checks_that_exist(right: Seen) -> None:
    """A check nobody has cannot catch anything."""
    findings = [*examine(right), *invariants.examine(House({}))]
    codes = {one.name.split()[0] for one in findings}

    assert {code for aim in AIMS for code in aim.caught_by} <= codes


def test_every_mutation_finds_what_it_breaks() -> None:
    """The plumbing changes; a mutation that patches what is no longer there would pass for harmless."""
    code = "from chaos.mutations import MUTATIONS, install\nfor name in MUTATIONS: install(name)"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert done.returncode == 0
