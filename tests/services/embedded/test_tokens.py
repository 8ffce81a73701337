"""Tokens of the embedded house are checked with its public key, and only its."""

import json
import stat
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from throughline.embedded import tokens


def verified(token: str, jwks: Path) -> dict[str, object]:
    """The claims of a token, checked the way a service checks it."""
    key_set = KeySet.import_key_set(json.loads(jwks.read_text()))
    return dict(jwt.decode(token, key_set, algorithms=["ES256"]).claims)


def test_a_minted_token_verifies_with_the_public_key(tmp_path: Path) -> None:
    """A service knows who asks, and as what."""
    jwks = tokens.create_key(tmp_path)

    claims = verified(tokens.mint(tmp_path, "ada", ["clinician", "medical"], minutes=10), jwks)

    assert (claims["sub"], claims["roles"]) == ("ada", ["clinician", "medical"])
    assert (claims["iss"], claims["aud"]) == ("throughline-embedded", "throughline")
    assert int(str(claims["exp"])) - int(str(claims["iat"])) == 600


def test_two_tokens_have_two_ids(tmp_path: Path) -> None:
    """A token can be told from the next one."""
    jwks = tokens.create_key(tmp_path)
    first, second = (verified(tokens.mint(tmp_path, "ada", []), jwks) for _ in range(2))

    assert first["jti"] != second["jti"]


def test_a_token_of_another_house_is_refused(tmp_path: Path) -> None:
    """Each run has a key of its own."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        tokens.create_key(folder)

    with pytest.raises((JoseError, ValueError)):
        verified(tokens.mint(theirs, "eve", ["operator"]), tokens.jwks_file(ours))


def test_only_the_owner_reads_the_private_key(tmp_path: Path) -> None:
    """The private key is readable by its owner only, and is not in the public file."""
    jwks = tokens.create_key(tmp_path)

    assert stat.S_IMODE((tmp_path / "signing-key.json").stat().st_mode) == 0o600
    assert all("d" not in key for key in json.loads(jwks.read_text())["keys"])
