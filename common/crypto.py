"""Field encryption and keyed look-ups for what identifies a child.

AES-256-GCM for the text itself; HMAC-SHA-256 with another key for equality. A bare hash of an
identity number is reversed in seconds (17.5 million candidates), so there is none.
In production both keys come from a key service; the seam is this module.

Sealed is: one byte that names the key's version, the nonce, the ciphertext with its tag. What
holds: a text cannot be read or changed without the key, nor opened as another column's. What does
not: whoever may write to the database can move a sealed text to another row of the same column.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12
_KEYS = {1: "FIELD_KEY"}  # by the version that a sealed text begins with; an old key stays to open
_NEWEST = max(_KEYS)


class UnknownKeyVersion(ValueError):
    """A sealed text begins with a version that no key has: not ours, or changed."""


def _key(name: str) -> bytes:
    value = getattr(settings, name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: nothing personal is stored without it.")
    return base64.b64decode(value)


def encrypt(text: str, *, purpose: str) -> bytes:
    """Seal text for a purpose (`table.column`): it opens for no other. The row is not bound in."""
    nonce = os.urandom(_NONCE_BYTES)
    body = AESGCM(_key(_KEYS[_NEWEST])).encrypt(nonce, text.encode(), purpose.encode())
    return bytes([_NEWEST]) + nonce + body


def decrypt(sealed: bytes, *, purpose: str) -> str:
    """Open what `encrypt` sealed for the same purpose.

    :raises UnknownKeyVersion: when no key has the version it begins with.
    :raises cryptography.exceptions.InvalidTag: when a byte was changed or the key is another.
    """
    raw = bytes(sealed)
    if not raw or raw[0] not in _KEYS:
        raise UnknownKeyVersion
    nonce, body = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
    return AESGCM(_key(_KEYS[raw[0]])).decrypt(nonce, body, purpose.encode()).decode()


def lookup_code(text: str) -> str:
    """The keyed code by which equal texts are found without being readable."""
    return hmac.new(_key("LOOKUP_KEY"), text.encode(), hashlib.sha256).hexdigest()
