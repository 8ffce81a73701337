"""The machine in a line."""

import importlib.metadata
import os
import platform

import psutil

PARTS = ("aiokafka", "motor", "pymongo", "faststream", "pydantic")


def described() -> str:
    """Cores, memory, Python and the versions of what is measured."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PARTS)
    cores = f"{len(os.sched_getaffinity(0))} cores ({platform.machine()})"
    load = os.getloadavg()[0]
    return f"{cores}, {memory:.0f} GiB, Python {platform.python_version()}, {versions}; load {load:.1f}"
