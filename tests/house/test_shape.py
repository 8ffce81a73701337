"""Is it still our house? The same inner shape everywhere, pages that match the code, no rule without a test."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from common.contracts import CONTRACTS, EVENT_TOPICS, SERVICES
from common.contracts.message import Contract
from common.service import Service

ROOT = Path(__file__).parents[2]
ROOMS = {"app", "__main__", "settings", "doors", "domain", "handlers", "views", "__init__", "templates"}
DOORS = {"kafka", "http", "timers"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
"""Lines; a function's with its signature and docstring."""
RULE = re.compile(r"\b(?:IN|SC|SK|FA|NO|OP)-[A-Z]?\d+\b")
SOURCE = re.compile(r"facts|policy|ASSUMED|CFR|FHIR|design|HL7|RFC|house|program description")
SOURCES = [*ROOT.glob("libs/*/src/**/*.py"), *ROOT.glob("services/*/src/**/*.py")]
TESTS = list(ROOT.glob("tests/**/*.py"))


def page(service: str) -> str:
    """A service's README."""
    return (ROOT / "services" / service / "README.md").read_text()


def section(text: str, heading: str) -> str:
    """What stands under a heading."""
    return text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def service_of(name: str) -> Service:
    """A service's table of contents."""
    app = importlib.import_module(f"{name}.app")
    if hasattr(app, "SERVICE"):
        found: Service = app.SERVICE
        return found
    settings = importlib.import_module(f"{name}.settings").Settings()
    made: Service = app.service(app.rules_of(settings))
    return made


def types_in(table: str) -> set[str]:
    """The message types a table names in its first column."""
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    return {name for cell in cells for name in re.findall(r"`(\w+\.v\d+)`", cell)}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_the_same_rooms(name: str) -> None:
    """The tree: a reader who knows one service knows all."""
    source = ROOT / "services" / name / "src" / name
    rooms = {entry.stem for entry in source.iterdir() if not entry.name.startswith("__pycache__")}
    assert {"app", "settings", "doors", "domain", "handlers", "views"} <= rooms
    assert rooms - ROOMS <= {"policy", "care", "curriculum", "diary", "instruments", "library"}
    assert {entry.stem for entry in (source / "doors").glob("*.py")} >= DOORS


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_page_has_its_five_parts(name: str) -> None:
    """One page: Owns, Hears, Says, Rules, Runs."""
    headings = re.findall(r"^## (\w+)$", page(name), re.MULTILINE)
    assert headings == ["Owns", "Hears", "Says", "Rules", "Runs"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_page_names_exactly_what_the_code_hears(name: str) -> None:
    """The Hears table is the code's."""
    heard = {contract.type_name() for contract in service_of(name).hears}
    assert types_in(section(page(name), "Hears")) == heard


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_page_names_exactly_what_it_says(name: str) -> None:
    """The Says table is the contracts of its own streams."""
    own = {topic for topic, owner in EVENT_TOPICS.items() if owner == name}
    said = {type_ for type_, contract in CONTRACTS.items() if contract.TOPIC in own}
    others = {type_ for type_, contract in CONTRACTS.items() if contract.TOPIC not in EVENT_TOPICS}
    assert types_in(section(page(name), "Says")) - others == said


def test_every_command_is_heard_by_its_owner_and_every_event_by_somebody() -> None:
    """Nothing is said into the void: commands reach their owner, events at least the operators."""
    heard: dict[str, set[type[Contract]]] = {name: set(service_of(name).hears) for name in SERVICES}
    for contract in CONTRACTS.values():
        if contract.TOPIC.endswith(".commands"):
            assert contract in heard[contract.TOPIC.removesuffix(".commands")], contract
        elif contract.TOPIC in EVENT_TOPICS and contract.TOPIC != "intake.contacts":
            assert any(contract in some for some in heard.values()), contract


@pytest.mark.parametrize("name", SERVICES)
def test_every_rule_has_a_source_and_a_test(name: str) -> None:
    """Rules first: an id, a text and a source on the page, and a test that names the id."""
    rows = re.findall(r"^\| ((?:IN|SC|SK|FA|NO|OP)-[A-Z]?\d+) \| (.+?) \| (.+?) \|$", page(name), re.MULTILINE)
    tested = {rule for path in TESTS for rule in RULE.findall(path.read_text()) if path != Path(__file__)}
    assert rows
    for rule, text, source in rows:
        assert text.strip(), rule
        assert SOURCE.search(source), f"{rule} has no source"
        assert rule in tested, f"{rule} has no test"


@pytest.mark.parametrize("name", SERVICES)
def test_every_rule_the_code_names_is_on_the_page(name: str) -> None:
    """A rule id in the code leads somewhere."""
    listed = set(RULE.findall(section(page(name), "Rules")))
    named = {
        rule for path in (ROOT / "services" / name / "src").rglob("*.py") for rule in RULE.findall(path.read_text())
    }
    assert named <= listed | other_pages(name)


def other_pages(name: str) -> set[str]:
    """Rules of the other services, which a docstring may point to."""
    return {rule for other in SERVICES if other != name for rule in RULE.findall(section(page(other), "Rules"))}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    """Sizes: a file that passes 300 lines is split by subject."""
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_only_settings_reads_the_environment() -> None:
    """Configuration comes in at one place; the supervisor alone hands an environment on."""
    readers = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"os\.environ|getenv", path.read_text()) and "embedded" not in path.parts
    }
    assert readers == set()


def test_nothing_refers_to_where_the_project_was_made() -> None:
    """The project carries what it needs."""
    words = ("../" + "shared", "/work" + "/main")
    here = [*SOURCES, *TESTS, *ROOT.glob("*.md"), *ROOT.glob("services/*/*.md"), *ROOT.glob("docs/**/*.md")]
    assert [str(path) for path in here if any(word in path.read_text() for word in words)] == []


def test_payloads_are_never_logged() -> None:
    """Ids travel, people do not: no log call is given a message's data or an aggregate's state."""
    telling = re.compile(r"log\(\)\.\w+\([^)]*\b(data|state|body|value|payload|raw)=")
    assert [str(path) for path in SOURCES if telling.search(path.read_text())] == []


def test_no_folder_is_called_utils() -> None:
    """A name before a file."""
    names = {part for path in SOURCES for part in (*path.parts, path.stem)}
    assert names.isdisjoint({"utils", "util", "helpers", "misc"})


def test_no_test_is_skipped_quietly() -> None:
    """A skipped test looks like a pass."""
    marks = ("pytest." + "skip", "mark." + "skip", "mark." + "xfail")
    assert [str(path) for path in TESTS if any(mark in path.read_text() for mark in marks)] == []


def test_the_policy_and_the_curriculum_speak_of_the_same_lessons() -> None:
    """Rule S5 counts lessons by code: intake's policy and the skills curriculum must agree."""
    app, settings = importlib.import_module("intake.app"), importlib.import_module("intake.settings").Settings()
    policy = app.rules_of(settings).policy
    ours, told = importlib.import_module("skills.app"), importlib.import_module("skills.settings").Settings()
    modules = ours.rules_of(told).syllabus.modules
    assert {module: set(one.lessons) for module, one in modules.items()} == {
        module: set(codes) for module, codes in policy.curriculum.items()
    }
