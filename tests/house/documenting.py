"""The lists that are written from the code, in docs/: metrics, configuration, problems. `make docs` writes them."""

import importlib
import sys
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY, Counter
from prometheus_client.metrics import MetricWrapperBase
from pydantic.fields import FieldInfo

from common import metrics
from common.contracts import SERVICES
from common.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"notifications": "notifications.views.notices", "operations": "operations.views.gauges"}
"""The modules of services with metrics of their own."""

METRICS_HEAD = """# Metrics

Every service answers `GET /metrics` for Prometheus. This list is written from the code by `make docs`.

Where it says "from the database", each instance of a service says the same, and a restart forgets nothing: take the
`max`. Everything else is of one instance since it started: take the `sum` of a `rate`, or the `max` of a lag.
The database is read at most every 5 seconds. Labels name streams, codes, states and routes: never a person.
`process_*` and `python_*` come from the Prometheus client.
"""
SETTINGS_HEAD = """# Configuration

Services are told everything by their environment. This list is written from the code by `make docs`.
A setting that is wrong ends the service at its start, with one line that says which. Secrets are read from files.
With `THROUGHLINE_OTLP`, the OpenTelemetry SDK also heeds its own variables, such as `OTEL_TRACES_SAMPLER`.
"""


def metrics_page() -> str:
    """docs/metrics.md as it should be."""
    parts = [METRICS_HEAD, _metrics_of("Every service", metrics)]
    parts += [_metrics_of(name, importlib.import_module(module)) for name, module in PAGES.items()]
    return "\n".join(parts)


def settings_page() -> str:
    """docs/configuration.md as it should be."""
    parts = [SETTINGS_HEAD, _settings("Every service", Settings.model_fields)]
    for name in SERVICES:
        told: type[Settings] = importlib.import_module(f"{name}.settings").Settings
        own = {field: info for field, info in told.model_fields.items() if field not in Settings.model_fields}
        parts += [_settings(name, own)] if own else []
    return "\n".join(parts)


def ours() -> set[str]:
    """The names of all metrics that importing every service registers, as the page spells them."""
    for name in SERVICES:
        importlib.import_module(f"{name}.app")
    return {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in REGISTRY.collect()
        if family.name.startswith("throughline_")
    }


def _metrics_of(title: str, module: Any) -> str:
    own = [one for one in vars(module).values() if isinstance(one, MetricWrapperBase)]
    rows = [
        f"| `{_name(one)}` | {one._type} | {', '.join(f'`{label}`' for label in one._labelnames) or '–'} "
        f"| {one._documentation} |"
        for one in sorted(own, key=_name)
    ]
    head = ["| Name | Kind | Labels | What it says |", "|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _name(metric: MetricWrapperBase) -> str:
    return f"{metric._name}_total" if isinstance(metric, Counter) else metric._name


def _settings(title: str, fields: dict[str, FieldInfo]) -> str:
    rows = [
        f"| `THROUGHLINE_{name.upper()}` | {_default(info)} | {info.description} |" for name, info in fields.items()
    ]
    head = ["| Variable | Default | What it says |", "|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "–"
    if isinstance(info.default, Path):
        return f"`{info.default.name}` of the package"
    return "–" if info.default in ("", None) else f"`{info.default}`"


if __name__ == "__main__":
    from house.problems import problems_page

    written = {"metrics.md": metrics_page(), "configuration.md": settings_page(), "problems.md": problems_page()}
    for page, text in written.items():
        (DOCS / page).write_text(text)
        sys.stdout.write(f"wrote docs/{page}\n")
