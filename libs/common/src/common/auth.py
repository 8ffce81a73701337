"""Who asks: staff bearer tokens (OIDC), checked against the issuer's public keys."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from common.contracts.words import Role, StaffId

ALGORITHMS = ["ES256", "RS256", "EdDSA", "Ed25519"]
ROLES = frozenset(role.value for role in Role)
TOKENS_KEPT = 1000
KEYS_FOR_SECONDS = 300.0
"""How long fetched keys are trusted before they are fetched again."""


def audience_of_participants(staff: str) -> str:
    """The audience of participants' own tokens, by that of staff: a token for one opens no door of the other."""
    return f"{staff}-participants"


def audience_of_supporters(staff: str) -> str:
    """The audience of supporters' own tokens; it opens neither a door of the staff's nor a participant's."""
    return f"{staff}-supporters"


class Unauthenticated(Exception):
    """No token, or one that does not hold; the message says why in one line."""


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
        self._jwks, self._keys, self._read_at = jwks, KeySet([]), float("-inf")
        self._seen: dict[str, Known] = {}
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    async def who(self, authorization: str | None) -> Staff:
        """The staff member a bearer token names; raises Unauthenticated."""
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
        roles = frozenset(Role(role) for role in claims.get("roles", ()) if role in ROLES)
        return Known(Staff(StaffId(claims["sub"]), roles), float(claims["exp"]))

    async def _key_set(self) -> KeySet:
        if time.monotonic() - self._read_at > KEYS_FOR_SECONDS:
            if self._jwks.startswith("https://"):
                import httpx  # 6 MiB that a service with a key file does not need

                async with httpx.AsyncClient() as client:
                    document = (await client.get(self._jwks)).raise_for_status().json()
            else:
                document = json.loads(await asyncio.to_thread(Path(self._jwks).read_text))
            self._keys, self._read_at = KeySet.import_key_set(document), time.monotonic()
            self._seen.clear()
        return self._keys
