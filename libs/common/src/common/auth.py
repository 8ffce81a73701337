"""Who asks: staff bearer tokens (OIDC), checked against the issuer's public keys."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from common.contracts.words import Role, StaffId
from common.logs import log

ALGORITHMS = ["ES256", "RS256", "EdDSA", "Ed25519"]
ROLES = frozenset(role.value for role in Role)
TOKENS_KEPT = 1000
KEYS_FOR_SECONDS = 300.0
"""How long keys that were read are trusted before they are read again."""
KEYS_AGAIN_SECONDS = 10.0
"""After how long the issuer is asked again where it did not answer; meanwhile the keys known go on being trusted."""
KEYS_AT_MOST_SECONDS = 86_400.0
"""ASSUMED: for how long they do; after a day nobody is let in, for a key may have been taken back."""
ISSUER_SECONDS = 2.0
"""How long the issuer may take to answer. ASSUMED."""


def audience_of_participants(staff: str) -> str:
    """The audience of participants' own tokens, by that of staff: a token for one opens no door of the other."""
    return f"{staff}-participants"


def audience_of_supporters(staff: str) -> str:
    """The audience of supporters' own tokens; it opens neither a door of the staff's nor a participant's."""
    return f"{staff}-supporters"


class Unauthenticated(Exception):
    """No token, or one that does not hold; the message says why in one line."""


class KeysAway(Exception):
    """The issuer's keys cannot be read, and none that were read before may be trusted any more."""


@dataclass(frozen=True, slots=True)
class Staff:
    """A named person or system and the roles their token carries."""

    id: StaffId
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Known:
    """A token that was checked, good until its expiry or until the keys are read again."""

    staff: Staff
    until: float


class Door:
    """Turns a bearer token into the person who asks."""

    def __init__(self, jwks: str, issuer: str, audience: str) -> None:
        self._jwks, self._keys = jwks, KeySet([])
        self._read_at = self._read_again_at = float("-inf")
        self._seen: dict[str, Known] = {}
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    async def who(self, authorization: str | None) -> Staff:
        """The staff member a bearer token names; raises Unauthenticated, KeysAway."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("send a staff token as `Authorization: Bearer …`")
        keys = await self._key_set()
        known = self._seen.get(token)
        if known is None or known.until <= time.time():
            known = self._check(token, keys)
            if len(self._seen) >= TOKENS_KEPT:
                self._seen.clear()
            self._seen[token] = known
        return known.staff

    def _check(self, token: str, keys: KeySet) -> "Known":
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            self._claims.validate(claims)
        except (JoseError, ValueError) as wrong:
            raise Unauthenticated(f"the token does not hold: {type(wrong).__name__}") from None
        named = claims.get("roles")
        roles = {role for role in named if isinstance(role, str)} if isinstance(named, list) else set()
        return Known(Staff(StaffId(claims["sub"]), frozenset(map(Role, roles & ROLES))), float(claims["exp"]))

    async def _key_set(self) -> KeySet:
        now = time.monotonic()
        if now < self._read_again_at:
            return self._keys
        try:
            self._keys = KeySet.import_key_set(await self._document())
        except Exception as error:  # whatever keeps the issuer from answering, or from answering well
            if now - self._read_at > KEYS_AT_MOST_SECONDS:
                raise KeysAway from error
            log().warning("the issuer's keys cannot be read, those known go on", error=type(error).__name__)
            self._read_again_at = now + KEYS_AGAIN_SECONDS
        else:
            self._read_at, self._read_again_at = now, now + KEYS_FOR_SECONDS
            self._seen.clear()
        return self._keys

    async def _document(self) -> Any:
        if not self._jwks.startswith("https://"):
            return json.loads(await asyncio.to_thread(Path(self._jwks).read_text))
        import httpx  # 6 MiB that a service with a key file does not need

        async with httpx.AsyncClient(timeout=ISSUER_SECONDS) as client:
            return (await client.get(self._jwks)).raise_for_status().json()
