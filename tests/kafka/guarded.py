"""A Kafka that lets in only whom it knows: TLS, SCRAM-SHA-512 and Kafka's own authorizer."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from common.settings import Settings
from throughline.doctor.declared import declared_services
from throughline.embedded.kafka import jars, kafka_child
from throughline.embedded.processes import LOOPBACK, port_of, reserve_port
from throughline.embedded.servers import bootstrap
from throughline.kafka_operator import lines

HOUSE = list(declared_services().values())

PRINCIPALS = ("intake", "skills")
"""The services that come to this Kafka."""
TOOLS = {"kafka-acls.sh": "org.apache.kafka.tools.AclCommand", "kafka-configs.sh": "kafka.admin.ConfigCommand"}


@dataclass(frozen=True)
class Guarded:
    """The node, and where each user's password and the certificate of the site are."""

    kafka: str
    folder: Path

    def login(self, user: str) -> dict[str, Any]:
        """The settings by which a user is let in."""
        return {
            "kafka": self.kafka,
            "kafka_security": "SASL_SSL",
            "kafka_user": user,
            "kafka_password_file": self.folder / f"{user}.txt",
            "kafka_ca": self.folder / "ca.pem",
        }

    def settings(self, user: str, **more: Any) -> Settings:
        """What a service is told when it comes as this user."""
        return Settings(**{"service": user, **self.login(user), **more})

    def env(self, user: str, **more: str) -> dict[str, str]:
        """The same, as the environment of a process."""
        told = {f"THROUGHLINE_{name}".upper(): str(value) for name, value in self.login(user).items()}
        return {**os.environ, **told, **more}


@asynccontextmanager
async def guarded(folder: Path) -> AsyncIterator[Guarded]:
    """A node with the users and rights that `throughline kafka acls` prints; it has no topics."""
    certify(folder)
    for user in ("admin", *PRINCIPALS):
        (folder / f"{user}.txt").write_text(f"{user}-{os.urandom(8).hex()}\n")
    with reserve_port() as held, reserve_port() as other, reserve_port() as third:
        port, controller, inside = port_of(held), port_of(other), port_of(third)
        told = _told(folder, port, controller, inside)
        node = kafka_child(folder / "node", port, controller_port=controller, settings=told)
        try:
            node.start()
            await node.until_ready()
            await asyncio.to_thread(_give_rights, folder, bootstrap(inside))
            yield Guarded(bootstrap(port), folder)
        finally:
            await node.stop()
            node.forget()


def _told(folder: Path, port: int, controller: int, inside: int) -> dict[str, str]:
    """INSIDE is where the node speaks to itself, and where its admin is before there is a user."""
    listeners = f"CLIENTS://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller},INSIDE://{LOOPBACK}:{inside}"
    return {
        "listeners": listeners,
        "advertised.listeners": f"CLIENTS://{LOOPBACK}:{port},INSIDE://{LOOPBACK}:{inside}",
        "listener.security.protocol.map": "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT",
        "inter.broker.listener.name": "INSIDE",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.clients.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "listener.name.clients.ssl.keystore.type": "PEM",
        "listener.name.clients.ssl.keystore.location": str(folder / "broker.pem"),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS;User:admin",
    }


def _give_rights(folder: Path, inside: str) -> None:
    """Run what an operator would: the printed lines for the services, and the same for the admin user."""
    services, told = [one for one in HOUSE if one.name in PRINCIPALS], ["--bootstrap-server", inside]
    printed = [line for line in lines(HOUSE, told, f"{folder}/{{user}}.txt") if _is_for(line, PRINCIPALS)]
    admin = next(line for line in printed if "--entity-name intake" in line).replace("intake", "admin")
    assert len(printed) == 4 * len(services)
    run_tools([admin, *printed])


def _is_for(line: str, users: Sequence[str]) -> bool:
    return any(f"--entity-name {user} " in line or f"User:{user} " in line for user in users)


def run_tools(printed: Sequence[str]) -> None:
    """Run lines that call Kafka's own tools; raises CalledProcessError."""
    java = f'java -Xmx64m -XX:TieredStopAtLevel=1 -cp "{jars()}/*"'
    known = [f'{script}() {{ {java} {tool} "$@"; }}' for script, tool in TOOLS.items()]
    subprocess.run(["bash", "-euc", "\n".join((*known, *printed))], check=True, stdout=subprocess.DEVNULL)


def certify(folder: Path) -> None:
    """Make `ca.pem`, whom clients trust, `broker.pem`, key and certificate of the node, and `stranger.pem`."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("site")
    ca = _certificate(name, name, key, key, ca=True)
    node = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(_name("broker"), name, node, key, ca=False)
    secret = node.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stranger = _certificate(name, name, other := ec.generate_private_key(ec.SECP256R1()), other, ca=True)
    (folder / "ca.pem").write_bytes(_pem(ca))
    (folder / "broker.pem").write_bytes(secret + _pem(certificate) + _pem(ca))
    (folder / "stranger.pem").write_bytes(_pem(stranger))


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .sign(signing, hashes.SHA256())
    )
