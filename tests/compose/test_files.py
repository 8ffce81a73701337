"""What the files of the site must say, wherever there is no engine to try them."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.contracts import SERVICES
from compose.images import REAL

PROJECT = Path(__file__).parents[2]
SITE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
DEMO: dict[str, Any] = yaml.safe_load((PROJECT / "compose.demo.yml").read_text())


def test_stand_ins_take_the_place_of_the_images_we_name() -> None:
    """A stand-in under another name would prove nothing."""
    named = {one["image"] for one in SITE["services"].values()}
    named |= set(re.findall(r"^FROM (\S+)", (PROJECT / "Dockerfile").read_text(), re.MULTILINE))

    assert set(REAL.values()) <= named


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_holds_its_own_two_passwords_and_no_other(service: str) -> None:
    """Who breaks into one service finds the way into one database and one set of rights."""
    told = SITE["services"][service]

    assert {one["source"] for one in told["secrets"]} == {f"kafka-{service}", f"mongo-{service}"}
    assert told["environment"]["THROUGHLINE_KAFKA_USER"] == told["environment"]["THROUGHLINE_MONGO_USER"] == service


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_shut_in(service: str) -> None:
    """Read-only root, no capabilities, no new privileges, limits, time to drain, and it comes back."""
    told = SITE["services"][service]

    assert told["read_only"] and told["cap_drop"] == ["ALL"] and "no-new-privileges:true" in told["security_opt"]
    assert told["mem_limit"] and told["pids_limit"] and told["cpus"]
    assert told["stop_grace_period"] == "30s" and told["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_demonstration_has_a_clock_to_move(service: str) -> None:
    """Nothing in the file of a real site can move its clock."""
    assert "THROUGHLINE_CLOCK_FILE" not in SITE["services"][service]["environment"]
    assert DEMO["services"][service]["environment"]["THROUGHLINE_CLOCK_FILE"]


def test_every_port_is_open_to_this_machine_only() -> None:
    """What the site is reached by from outside is a proxy's matter, with TLS."""
    ports = [port for one in SITE["services"].values() for port in one.get("ports", ())]

    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_every_secret_comes_from_a_file_that_make_secrets_makes() -> None:
    """No password is in the file, in an image or in git."""
    made = (PROJECT / "deploy/make-secrets").read_text()
    files = {secret["file"] for secret in SITE["secrets"].values()}

    assert all(file.startswith("./deploy/secrets/") for file in files)
    for file in files:
        server, _, who = Path(file).stem.partition("-")
        assert f'"{server}-{who}"' in made or who in SERVICES
    assert "deploy/secrets/" in (PROJECT / ".gitignore").read_text()
