"""Signatures over texts: Ed25519, so that whoever has the public key can check, and nobody sign.

The key is `SIGNING_KEY`, 32 random bytes in base64. Public keys of earlier ones stay in
`SIGNING_KEYS_BEFORE`, so that what they signed can still be checked. In production the key comes
from a key service; the seam is this module.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_ID_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in hexadecimal, and which key made it."""

    key_id: str
    signature: str


def sign(text: str) -> Signed:
    """Sign a text's UTF-8 bytes."""
    key = _private_key()
    return Signed(_id_of(key.public_key()), key.sign(text.encode()).hex())


def holds(text: str, signed: Signed) -> bool:
    """Whether a key of ours signed exactly this text."""
    known = {_id_of(key): key for key in _public_keys()}
    key = known.get(signed.key_id)
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(signed.signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key() -> str:
    """The public key in base64, for whoever checks without us."""
    return base64.b64encode(_private_key().public_key().public_bytes_raw()).decode()


def _private_key() -> Ed25519PrivateKey:
    value = getattr(settings, "SIGNING_KEY", "")
    if not value:
        raise ImproperlyConfigured("SIGNING_KEY is missing: nothing is signed without it.")
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(value))


def _public_keys() -> Iterable[Ed25519PublicKey]:
    yield _private_key().public_key()
    for text in getattr(settings, "SIGNING_KEYS_BEFORE", ()):
        yield Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


def _id_of(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:_ID_LETTERS]
