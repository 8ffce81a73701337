"""Can somebody who was not here run it? What can be set and what can be watched is listed, and the lists are true."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.contracts import SERVICES
from common.settings import Settings
from house.documenting import DOCS, metrics_page, ours, settings_page
from house.problems import problems_page

ROOT = Path(__file__).parents[2]
WATCHING = ROOT / "deploy" / "observability"
DASHBOARDS = sorted(WATCHING.glob("grafana/dashboards/*.json"))
NAME = re.compile(r"\bthroughline_[a-z_]+\b")


def listed() -> set[str]:
    """The metrics that docs/metrics.md lists, with the series of each histogram."""
    rows = re.findall(r"^\| `(throughline_\w+)` \| (\w+) ", (DOCS / "metrics.md").read_text(), re.MULTILINE)
    series = {f"{name}_{part}" for name, kind in rows if kind == "histogram" for part in ("bucket", "sum", "count")}
    return {name for name, _ in rows} | series


def expressions(document: Any) -> list[str]:
    """Every query in a dashboard or a file of alerts."""
    if isinstance(document, dict):
        own = [document["expr"]] if isinstance(document.get("expr"), str) else []
        return own + [one for value in document.values() for one in expressions(value)]
    return [one for value in document for one in expressions(value)] if isinstance(document, list) else []


def test_the_list_of_metrics_is_the_codes() -> None:
    """`make docs` was run after the last change of a metric."""
    assert (DOCS / "metrics.md").read_text() == metrics_page()


def test_every_metric_is_on_the_list() -> None:
    """A metric that a service registers somewhere else is not forgotten."""
    assert ours() - listed() == set()


def test_the_list_of_problems_is_the_codes() -> None:
    """`make docs` was run after the last change of a problem: whoever gets a code finds it."""
    assert (DOCS / "problems.md").read_text() == problems_page()


def test_the_list_of_settings_is_the_codes() -> None:
    """`make docs` was run after the last change of a setting."""
    assert (DOCS / "configuration.md").read_text() == settings_page()


@pytest.mark.parametrize("name", SERVICES)
def test_every_setting_says_what_it_is(name: str) -> None:
    """Nobody should have to read code to configure a service."""
    told: type[Settings] = importlib.import_module(f"{name}.settings").Settings
    own = {field for field in told.model_fields if field != "service"} | set(Settings.model_fields)
    fields = {**told.model_fields, **Settings.model_fields}
    assert {field for field in own if not fields[field].description} == set()


@pytest.mark.parametrize("path", [*DASHBOARDS, WATCHING / "alerts.yml"], ids=lambda path: path.name)
def test_what_is_watched_exists(path: Path) -> None:
    """A dashboard or an alert that names a metric nobody has looks like calm."""
    asked = expressions(json.loads(path.read_text()) if path.suffix == ".json" else yaml.safe_load(path.read_text()))
    named = {name for expression in asked for name in NAME.findall(expression)}
    assert named
    assert named - listed() == set()


def test_every_service_is_scraped() -> None:
    """Prometheus looks at all six, under the names and the port they have in docker-compose.yml."""
    (job,) = yaml.safe_load((WATCHING / "prometheus.yml").read_text())["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert set(found["names"]) == set(SERVICES)
    assert found["port"] == Settings.model_fields["port"].default


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.name)
def test_a_dashboard_reads_from_a_source_that_is_provided(path: Path) -> None:
    """Grafana finds its data without a hand."""
    provided = yaml.safe_load((WATCHING / "grafana/provisioning/datasources/throughline.yml").read_text())
    known = {source["uid"] for source in provided["datasources"]}
    panels = json.loads(path.read_text())["panels"]
    assert {panel["datasource"]["uid"] for panel in panels} <= known
    assert len({panel["id"] for panel in panels}) == len(panels)
