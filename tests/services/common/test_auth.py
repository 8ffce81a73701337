"""Who is let in, and what happens while the issuer's keys cannot be read."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from common import auth
from common.auth import Door, KeysAway, Unauthenticated
from common.contracts.words import Role
from common.web import HANDLERS, staff_of
from throughline.embedded.tokens import create_key, mint

ISSUER, AUDIENCE = "throughline-embedded", "throughline"


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    """The public keys of a run whose signing key stands beside them."""
    return create_key(tmp_path)


def token(jwks: Path, **claims: Any) -> str:
    """Signed with the run's own key, whatever it claims."""
    (private,) = (one for one in jwks.parent.iterdir() if "d" in json.loads(one.read_text()))
    key = ECKey.import_key(json.loads(private.read_text()))
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": int(time.time()) + 60}
    return f"Bearer {jwt.encode({'alg': 'ES256', 'kid': key.kid}, {**usual, **claims}, key)}"


@pytest.mark.parametrize("roles", ["clinician", 7, None, {"clinician": True}, [["clinician"], {}, 1, "no-such-role"]])
async def test_roles_that_are_no_list_of_roles_open_nothing(jwks: Path, roles: object) -> None:
    """A token of an issuer that is set up wrongly names somebody without any role; nobody's error."""
    assert (await Door(str(jwks), ISSUER, AUDIENCE).who(token(jwks, roles=roles))).roles == frozenset()


async def test_roles_that_are_known_count(jwks: Path) -> None:
    """What we do not know beside them is passed over."""
    door = Door(str(jwks), ISSUER, AUDIENCE)
    assert (await door.who(token(jwks, roles=["clinician", "gardener", 3]))).roles == {Role.CLINICIAN}


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"exp": "soon"}, {"sub": 5}, {"aud": "another"}, {"iss": "another"}, {"nbf": int(time.time()) + 900}],
)
async def test_a_token_that_does_not_hold_is_refused(jwks: Path, claims: dict[str, Any]) -> None:
    """Expired, not yet good, for somebody else, from somebody else."""
    with pytest.raises(Unauthenticated):
        await Door(str(jwks), ISSUER, AUDIENCE).who(token(jwks, **claims))


async def test_while_the_keys_cannot_be_read_those_known_go_on(jwks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An issuer away for a while keeps nobody from work, also not who comes with a new token."""
    monkeypatch.setattr(auth, "KEYS_FOR_SECONDS", 0.0)
    monkeypatch.setattr(auth, "KEYS_AGAIN_SECONDS", 0.0)
    door, bearer = Door(str(jwks), ISSUER, AUDIENCE), f"Bearer {mint(jwks.parent, 'ada', ['clinician'])}"
    assert (await door.who(bearer)).id == "ada"
    kept = jwks.read_text()
    for broken in ("not json", '{"keys": 5}', "[]"):
        jwks.write_text(broken)
        assert (await door.who(f"Bearer {mint(jwks.parent, 'bob', [])}")).id == "bob"
    jwks.write_text(kept)
    assert (await door.who(bearer)).id == "ada"
    monkeypatch.setattr(auth, "KEYS_AT_MOST_SECONDS", 0.0)
    jwks.unlink()
    with pytest.raises(KeysAway):
        await door.who(bearer)


async def test_nobody_is_let_in_before_the_keys_were_read(jwks: Path) -> None:
    """503 with a code, for it is an outage and not the token's fault; as soon as they can be read, in they come."""
    app = FastAPI()
    app.add_exception_handler(KeysAway, HANDLERS[KeysAway])
    app.state.door = Door(str(jwks), ISSUER, AUDIENCE)

    @app.get("/", dependencies=[Depends(staff_of)])
    async def there() -> str:
        return "in"

    kept, headers = jwks.read_text(), {"Authorization": f"Bearer {mint(jwks.parent, 'ada', ['clinician'])}"}
    jwks.unlink()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
        away = await client.get("/", headers=headers)
        jwks.write_text(kept)
        back = await client.get("/", headers=headers)
    assert (away.status_code, away.json()["code"], back.status_code) == (503, "keys-away", 200)
