"""What is sealed can be read with our key, for its own column, and by nobody else."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from common import crypto

HERE = "families_child.allergies"
TEXT = "花生过敏"


def test_what_was_sealed_is_read_again():
    assert crypto.decrypt(crypto.encrypt(TEXT, purpose=HERE), purpose=HERE) == TEXT


def test_it_begins_with_the_version_of_its_key(settings):
    sealed = crypto.encrypt(TEXT, purpose=HERE)
    key = base64.b64decode(settings.FIELD_KEY)

    assert sealed[0] == 1
    assert AESGCM(key).decrypt(sealed[1:13], sealed[13:], HERE.encode()).decode() == TEXT


def test_another_key_later_leaves_the_old_texts_readable(settings, monkeypatch):
    old = crypto.encrypt(TEXT, purpose=HERE)
    settings.NEXT_FIELD_KEY = base64.b64encode(bytes(32)).decode()
    monkeypatch.setattr(crypto, "_KEYS", {1: "FIELD_KEY", 2: "NEXT_FIELD_KEY"})
    monkeypatch.setattr(crypto, "_NEWEST", 2)

    new = crypto.encrypt(TEXT, purpose=HERE)

    assert new[0] == 2
    for sealed in (old, new):
        assert crypto.decrypt(sealed, purpose=HERE) == TEXT
    # Each by its own key, and not by whichever fits.
    with pytest.raises(InvalidTag):
        crypto.decrypt(b"\x01" + new[1:], purpose=HERE)


@pytest.mark.parametrize("sealed", [b"", b"\x00", b"\xff" + bytes(40)])
def test_a_version_that_no_key_has_is_told(sealed):
    with pytest.raises(crypto.UnknownKeyVersion):
        crypto.decrypt(sealed, purpose=HERE)


def test_it_opens_for_its_own_column_only():
    sealed = crypto.encrypt(TEXT, purpose=HERE)

    with pytest.raises(InvalidTag):
        crypto.decrypt(sealed, purpose="families_child.medical_history")
