"""Lookup codes: how they are made, and what is stored of them."""

from __future__ import annotations

import hashlib
import secrets

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def new_code() -> str:
    """Return a new lookup code, without characters that are easily confused."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def code_from(digest: bytes) -> str:
    """Return the lookup code that stands for a secret digest: the same one each time."""
    rest, code = int.from_bytes(digest), ""
    for _ in range(CODE_LENGTH):
        rest, place = divmod(rest, len(CODE_ALPHABET))
        code += CODE_ALPHABET[place]
    return code


def code_hash(number: str, code: str) -> str:
    """Return what is stored of a lookup code."""
    typed = code.strip().upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"{number}:{typed}".encode()).hexdigest()
