"""One look at a whole deployment: brokers, databases, clocks and services, each where it can be reached."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from pymongo.errors import PyMongoError

from common.grants import grants
from common.service import Service
from common.settings import Settings
from common.topics import TopicSpec, declared
from throughline.doctor.access import judge_access, judge_nobody
from throughline.doctor.brokers import judge_brokers
from throughline.doctor.clocks import judge_clock
from throughline.doctor.databases import judge_members, judge_server, judge_store
from throughline.doctor.declared import indexes_of
from throughline.doctor.findings import Finding, note, well, wrong
from throughline.doctor.login import Login, named
from throughline.doctor.read_brokers import read_brokers
from throughline.doctor.read_databases import read_access, read_login, read_member, read_server, read_store
from throughline.doctor.services import judge_service, read_service


@dataclass(frozen=True)
class Deployment:
    """Where everything is: as the services are told it, each service's user if known, and its address if known."""

    settings: Settings
    services: Mapping[str, Service]
    users: Mapping[str, Login] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def login(self) -> Login:
        """The way into the database that the settings name."""
        who = self.settings.mongo_login
        return Login(self.settings.mongo, who.user, who.password) if who else Login(self.settings.mongo)

    @property
    def topics(self) -> list[TopicSpec]:
        """Every topic that somebody says or hears, as it is declared; a service's user sees those it has rights on."""
        rights = [grant for grant in grants(list(self.services.values())) if grant.kind == "topic"]
        who = self.settings.kafka_login
        ours = [right for right in rights if who and right.principal == who.user]
        return declared((right.name for right in ours or rights), self.settings)


async def examine(deployment: Deployment) -> list[Finding]:
    """Everything there is to say; raises `CannotRun` where what was given cannot be understood."""
    parts = await asyncio.gather(_brokers(deployment), _databases(deployment), _services(deployment))
    return list(chain.from_iterable(parts))


async def _brokers(deployment: Deployment) -> list[Finding]:
    specs = deployment.topics
    brokers = await read_brokers(deployment.settings, specs, list(deployment.services.values()))
    return judge_brokers(brokers, [spec.name for spec in specs])


async def _databases(deployment: Deployment) -> list[Finding]:
    login = deployment.login
    seen = [await read_member(login, address) for address in login.addresses()]
    members = [member for member, _ in seen]
    found = judge_members(members, login.replica_set())
    found += [judge_clock(f"mongod {member.address}", reading) for member, reading in seen if reading]
    if not any(member.set_name and (member.writable or member.primary) for member in members):
        return [*found, note("database", "not looked at: there is no primary", "mend that first")]
    if problem := await read_login(login):
        do = "correct THROUGHLINE_MONGO_USER and THROUGHLINE_MONGO_PASSWORD_FILE"
        return [*found, wrong("database", f"does not let {login.user or 'us'} in ({problem})", do)]
    try:
        return [*found, *await _inside(deployment, login)]
    except PyMongoError as away:
        return [*found, wrong("database", f"went away while it was looked at ({named(away)})", "ask again")]


async def _inside(deployment: Deployment, login: Login) -> list[Finding]:
    names = list(deployment.services)
    ours, nobodys = await read_access(login, names), await read_access(Login(login.uri), names)
    if not login.user and not ours.opened:
        do = "set THROUGHLINE_MONGO_USER and THROUGHLINE_MONGO_PASSWORD_FILE"
        return [wrong("database", "asks who we are, and we have no name", do)]
    found = [judge_nobody(nobodys.opened), *judge_access(ours, names)]
    for user in deployment.users.values():
        found += judge_access(await read_access(user, names), names)
    scratch = min(ours.opened, default="")
    found += judge_server(await read_server(login, scratch)) if scratch else [_nowhere(login)]
    for name, service in deployment.services.items():
        store = await read_store(deployment.users.get(name, login), name)
        found += judge_store(store, indexes_of(service))
    return found


def _nowhere(login: Login) -> Finding:
    said = f"majority and transactions not tried: {login.user} may write no service's database"
    return note("database", said, "ask as admin, or as a service's user")


async def _services(deployment: Deployment) -> Sequence[Finding]:
    if not deployment.urls:
        return [note("services", "not asked: no address is known", "--service intake=http://host:8000, for each")]
    seen = await asyncio.gather(*(read_service(name, url) for name, url in deployment.urls.items()))
    return [*chain.from_iterable(map(judge_service, seen)), *_unnamed(deployment)]


def _unnamed(deployment: Deployment) -> list[Finding]:
    missing = sorted(deployment.services.keys() - deployment.urls.keys())
    if not missing:
        return [well("services", "all were asked")]
    return [note("services", f"not asked: {', '.join(missing)}", "name them with --service")]
