"""Who is named as staff at one door can be named at all: one piece says what a staff id is."""

import importlib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel

from common.contracts import SERVICES
from common.contracts.words import StaffId
from common.plain import a_staff_id

ROOT = Path(__file__).parents[2]
NAMES = {"staff", "staff_id", "to_staff", "primary_therapist", "leader", "co_leader", "hosts", "led_by", "therapist_id"}
NAMES |= {"receiving_staff"}
"""What bodies call somebody of the staff."""


def bodies(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body a door of the service takes, with its fields as they are annotated."""
    for file in sorted((ROOT / "services" / service / "src" / service / "doors").glob("[!_]*.py")):
        module = importlib.import_module(f"{service}.doors.{file.stem}")
        for name, found in vars(module).items():
            if isinstance(found, type) and issubclass(found, BaseModel) and found.__module__ == module.__name__:
                yield f"{file.stem}.{name}", typing.get_type_hints(found, include_extras=True)


def staff_in(annotation: Any, checked: bool = False) -> Iterator[bool]:
    """For each member of the staff an annotation names: whether their id is looked at."""
    if annotation is StaffId:
        yield checked
    marks = typing.get_args(annotation)[1:] if typing.get_origin(annotation) is Annotated else ()
    here = any(isinstance(mark, AfterValidator) and mark.func is a_staff_id for mark in marks)
    for part in typing.get_args(annotation):
        yield from staff_in(part, here or checked)


@pytest.mark.parametrize("service", SERVICES)
def test_every_door_that_names_staff_takes_the_same_ids(service: str) -> None:
    """SC-S5, IN-H6: no therapist whom no roster can name."""
    seen: list[bool] = []
    for where, fields in bodies(service):
        for field, annotation in fields.items():
            named = list(staff_in(annotation))
            assert all(named), f"{service} {where}.{field} takes a staff id as it comes: use common.plain.NamedStaff"
            assert named or field not in NAMES, f"{service} {where}.{field} names staff by another type than NamedStaff"
            seen += named
    assert seen or service not in ("intake", "scheduling", "family")
