"""One service as the house runs it, watched and lied to: `python -m chaos.service skills-2 FOLDER`."""

import importlib
import os
import runpy
import sys
from pathlib import Path

from chaos import failpoints, wire
from chaos.patching import replace
from chaos.points import Board
from common import listen


def prepare(instance: str, folder: Path) -> None:
    """Wrap the plumbing of this process. The mutation comes first, so that what it breaks is what is watched."""
    board = Board(folder, instance)
    replace(listen, "SESSION_MS", listen.EMBEDDED_SESSION_MS)  # each death costs a session: so a run sees many
    if mutant := os.environ.get("THROUGHLINE_MUTANT", ""):
        importlib.import_module("chaos.mutations").install(mutant)
    importlib.import_module("chaos.ledger").install()
    wire.install(wire.Wire(folder, instance, board), board)
    failpoints.install(board)
    if seconds := os.environ.get("THROUGHLINE_CHAOS_SKEW", ""):
        failpoints.skew(float(seconds))


def main(instance: str, folder: Path) -> None:
    """Be this instance until it ends."""
    prepare(instance, folder)
    runpy.run_module(instance.partition("-")[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
