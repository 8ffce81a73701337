"""Put the pinned `uv` into .uv/: standard library only, no pip, no venv, nothing outside this folder.

Raises nothing: every problem is one readable line and exit code 2.
"""

import hashlib
import io
import json
import os
import platform
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile

VERSION = "0.13.9"
WHEEL = "uv-{}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl".format(VERSION)
SHA256 = "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19"
INDEX = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
TARGET = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".uv", "uv-" + VERSION)


def give_up(line):
    """Say why in one line and end with code 2."""
    sys.stderr.write("throughline: " + line + "\n")
    sys.exit(2)


def check_machine():
    """End readably where the wheels cannot run."""
    if sys.version_info < (3, 11):
        give_up("Python {}.{} is too old; 3.11 or newer is needed".format(*sys.version_info[:2]))
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        give_up("no wheels for {} {}; use Docker Compose".format(platform.system(), platform.machine()))


def download(url, accept="*/*"):
    """The bytes at an address of the package index."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


def fetch():
    """The pinned wheel, checked against its hash."""
    page = json.loads(download(INDEX.rstrip("/") + "/uv/", "application/vnd.pypi.simple.v1+json"))
    found = [file["url"] for file in page["files"] if file["filename"] == WHEEL]
    if not found:
        give_up("the package index {} has no {}".format(INDEX, WHEEL))
    wheel = download(urllib.parse.urljoin(INDEX.rstrip("/") + "/uv/", found[0]))
    if hashlib.sha256(wheel).hexdigest() != SHA256:
        give_up("the downloaded {} is not the pinned one (hash differs)".format(WHEEL))
    return wheel


def main():
    """Fetch uv once."""
    check_machine()
    if os.path.exists(TARGET):
        return
    try:
        wheel = fetch()
        os.makedirs(os.path.dirname(TARGET), exist_ok=True)
        binary = zipfile.ZipFile(io.BytesIO(wheel)).read("uv-{}.data/scripts/uv".format(VERSION))
        partial = TARGET + ".part-{}".format(os.getpid())
        with open(partial, "wb") as file:
            file.write(binary)
        os.chmod(partial, 0o755)
        os.replace(partial, TARGET)
    except ssl.SSLCertVerificationError:
        give_up("cannot verify the package index: apt-get install ca-certificates")
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            give_up("cannot verify the package index: apt-get install ca-certificates")
        give_up("cannot reach the package index {}: {}".format(INDEX, error.reason))
    except OSError as error:
        give_up("cannot write {}: {}".format(os.path.dirname(TARGET), error.strerror or error))


if __name__ == "__main__":
    main()
