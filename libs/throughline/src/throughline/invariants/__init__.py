"""What must be true of every store after a run, read from the stores by code that shares nothing with the services."""

from throughline.invariants.checking import Broken, check, examine, insist
from throughline.invariants.shapes import Finding, House

__all__ = ["Broken", "Finding", "House", "check", "examine", "insist"]
