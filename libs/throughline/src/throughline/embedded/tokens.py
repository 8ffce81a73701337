"""Staff tokens of the embedded house: a signing key of its own, and what is signed with it."""

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

ALGORITHM = "ES256"
"""Source: RFC 7518, 3.4."""

AUDIENCE = "throughline"
"""Whom staff tokens are for."""

WORKDAY_MINUTES = 480
"""ASSUMED: a token lasts a working day."""


def jwks_file(run_folder: Path) -> Path:
    """Where a run keeps the public key that services check tokens with."""
    return run_folder / "jwks.json"


def create_key(run_folder: Path) -> Path:
    """Make the signing key of a run (readable by its owner only); returns the path of its public JWKS.

    Raises `FileExistsError` when the run has a key already.
    """
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    file = os.open(_key_file(run_folder), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w") as private:
        json.dump(key.as_dict(private=True), private)
    jwks_file(run_folder).write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    return jwks_file(run_folder)


def mint(
    run_folder: Path,
    subject: str,
    roles: Iterable[str],
    *,
    minutes: int = WORKDAY_MINUTES,
    issuer: str = "throughline-embedded",
    audience: str = AUDIENCE,
) -> str:
    """A signed JWT for `subject` with `roles`, good for `minutes` from now.

    Raises `FileNotFoundError` when the run has no key.
    """
    key = ECKey.import_key(json.loads(_key_file(run_folder).read_text()))
    now = int(time.time())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": subject,
        "roles": list(roles),
        "iat": now,
        "exp": now + minutes * 60,
        "jti": str(uuid4()),
    }
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT", "kid": key.kid}, claims, key)


def _key_file(run_folder: Path) -> Path:
    return run_folder / "signing-key.json"
