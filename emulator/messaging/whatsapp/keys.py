"""
The public key of a number, and the encryption of flows by it.

A flow's data is encrypted by AES-128-GCM with a key of its own, which RSA-OAEP with SHA-256 encrypts for the business; the
answer comes back by the same key, with every bit of the initial vector inverted. Source: Meta, flows, data exchange endpoint
"""

from __future__ import annotations

import base64
import json
from typing import Any

from emulator.kernel.seeds import Seeds
from emulator.messaging.state.whatsapp import Document
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import INVALID

KEY_BITS = 2048


def _read(pem: str) -> Any:
    # Only who uses flows needs the library, and it takes a while to load.
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    return load_pem_public_key(pem.encode())


def check_public_key(pem: str) -> None:
    """
    Refuse what is not the PEM of a public RSA key of 2048 bits.

    Raises:
        InvalidParametersException: it is not; Meta's code is 100.
    """
    try:
        key = _read(pem)
    except Exception as error:  # the library has many ways to say that it is none
        raise MetaError(INVALID, "business_public_key is not a PEM").as_refusal() from error
    if getattr(key, "key_size", 0) != KEY_BITS or not hasattr(key, "encrypt"):
        raise MetaError(INVALID, f"business_public_key must be an RSA key of {KEY_BITS} bits").as_refusal()


class FlowCipher:
    """One exchange with a flow's endpoint."""

    def __init__(self, seeds: Seeds, pem: str) -> None:
        self._pem = pem
        self._key = bytes.fromhex(seeds.hex_id("flow-key"))
        self._vector = bytes.fromhex(seeds.hex_id("flow-vector"))

    def encrypt(self, data: Document) -> Document:
        """Return the body of the request to the endpoint."""
        from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        from cryptography.hazmat.primitives.hashes import SHA256

        sealed = AESGCM(self._key).encrypt(self._vector, json.dumps(data).encode(), None)
        wrapped = _read(self._pem).encrypt(self._key, OAEP(MGF1(SHA256()), SHA256(), None))
        parts = {"encrypted_flow_data": sealed, "encrypted_aes_key": wrapped, "initial_vector": self._vector}
        return {name: base64.b64encode(part).decode() for name, part in parts.items()}

    def decrypt(self, answer: bytes) -> Document:
        """
        Return the data of the endpoint's answer.

        Raises:
            ValueError: it is not encrypted by the key of the request, or not a JSON object.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        inverted = bytes(byte ^ 0xFF for byte in self._vector)
        try:
            found = json.loads(AESGCM(self._key).decrypt(inverted, base64.b64decode(answer), None))
        except InvalidTag as error:
            raise ValueError("the answer is not encrypted by the key of the request") from error
        return dict(found)
