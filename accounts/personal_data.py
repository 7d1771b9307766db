"""Personal data at rest: encrypted with rotating keys, found again by a keyed hash."""

import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from accounts.domain.national_id import normalise


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    """`text` under the newest key, as ASCII."""
    return _fernet(tuple(settings.PERSONAL_DATA_KEYS)).encrypt(text.encode()).decode()


def decrypt(cipher: str) -> str:
    """The text behind `cipher`, under whichever configured key it was written.

    Raises:
        cryptography.fernet.InvalidToken: no configured key fits.
    """
    return _fernet(tuple(settings.PERSONAL_DATA_KEYS)).decrypt(cipher.encode()).decode()


def renewed(cipher: str) -> str:
    """The same text under the newest key; `cipher` itself when it is under it already.

    Raises:
        cryptography.fernet.InvalidToken: no configured key fits.
    """
    newest, *__ = settings.PERSONAL_DATA_KEYS
    try:
        _fernet((newest,)).decrypt(cipher.encode())
    except InvalidToken:
        return _fernet(tuple(settings.PERSONAL_DATA_KEYS)).rotate(cipher.encode()).decode()
    return cipher


def look_up_hash(national_id: str) -> str:
    """The keyed hash by which a national ID is found without decrypting the others."""
    return keyed_hash(normalise(national_id))


def keyed_hash(text: str) -> str:
    """A hash of `text` that nobody can compute, or try out, without the environment's key."""
    key = settings.PERSONAL_DATA_HASH_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
