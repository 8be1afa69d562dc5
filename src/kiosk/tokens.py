"""Tokens are stored as hashes, so that whoever reads the tables cannot use them."""

from hashlib import sha256


def token_hash(token: str) -> str:
    """SHA-256 in hexadecimal; enough for what is random and long."""
    return sha256(token.encode()).hexdigest()
