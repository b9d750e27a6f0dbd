"""Field encryption and keyed look-ups for what identifies a child.

AES-256-GCM for the text itself; HMAC-SHA-256 with another key for equality. A bare hash of an
identity number is reversed in seconds (17.5 million candidates), so there is none.
In production both keys come from a key service; the seam is this module.
"""

import base64
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE_BYTES = 12


def _key(name: str) -> bytes:
    value = getattr(settings, name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is missing: nothing personal is stored without it.")
    return base64.b64decode(value)


def encrypt(text: str, *, purpose: str) -> bytes:
    """Seal text; `purpose` (the column's name) is bound in, so ciphertexts cannot be swapped."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_key("FIELD_KEY")).encrypt(nonce, text.encode(), purpose.encode())


def decrypt(sealed: bytes, *, purpose: str) -> str:
    """Open what `encrypt` sealed for the same purpose.

    :raises cryptography.exceptions.InvalidTag: when a byte was changed or the key is another.
    """
    raw = bytes(sealed)
    nonce, body = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
    return AESGCM(_key("FIELD_KEY")).decrypt(nonce, body, purpose.encode()).decode()


def lookup_code(text: str) -> str:
    """The keyed code by which equal texts are found without being readable."""
    return hmac.new(_key("LOOKUP_KEY"), text.encode(), hashlib.sha256).hexdigest()
