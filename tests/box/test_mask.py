"""Masks and seals, against the primitives they are defined by."""

import numpy as np
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given
from hypothesis import strategies as st

from survey.box.layout import BoxError
from survey.box.mask import SEALED, fresh, mask, seal, unseal

FINGERPRINT = "ab" * 32
KEY = X25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


@given(st.binary(min_size=32, max_size=32), st.integers(1, 70))
def test_a_mask_is_the_aes_ctr_keystream_from_counter_zero(seed: bytes, size: int) -> None:
    encryptor = Cipher(algorithms.AES(seed), modes.ECB()).encryptor()  # a block at a time
    blocks = b"".join(encryptor.update(i.to_bytes(16)) for i in range(size // 4 + 1))
    words = [int.from_bytes(blocks[4 * i : 4 * i + 4], "little") for i in range(size)]
    assert mask(seed, size).tolist() == words


def test_masks_come_off_in_any_order() -> None:
    total = np.arange(1000, dtype=np.uint32)
    seeds = [bytes([i]) * 32 for i in range(9)]
    masked = total.copy()
    for seed in seeds:
        masked += mask(seed, 1000)
    assert (masked != total).mean() > 0.99
    for seed in reversed(seeds):
        masked -= mask(seed, 1000)
    assert (masked == total).all()


def test_a_seal_opens_with_its_key_and_fingerprint() -> None:
    sealed = seal(PUBLIC, FINGERPRINT, b"s" * 32)
    assert len(sealed) == SEALED
    assert unseal(KEY, FINGERPRINT, sealed) == b"s" * 32


def test_a_seal_is_hpke_as_rfc_9180_defines_it() -> None:
    """Opened by hand: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode."""
    sealed = seal(PUBLIC, FINGERPRINT, b"s" * 32)
    assert open_by_hand(sealed, b"survey-seed/1 " + bytes.fromhex(FINGERPRINT)) == b"s" * 32


def mac(key: bytes, data: bytes) -> bytes:
    made = HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


def extract(suite: bytes, salt: bytes, label: bytes, value: bytes) -> bytes:
    return mac(salt or bytes(32), b"HPKE-v1" + suite + label + value)


def expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return mac(key, length.to_bytes(2) + b"HPKE-v1" + suite + label + info + b"\x01")[:length]


def open_by_hand(sealed: bytes, info: bytes) -> bytes:
    enc, ciphertext = sealed[:32], sealed[32:]
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
    shared = KEY.exchange(X25519PublicKey.from_public_bytes(enc))
    secret = extract(kem, b"", b"eae_prk", shared)
    secret = expand(kem, secret, b"shared_secret", enc + PUBLIC, 32)
    context = b"\x00" + extract(suite, b"", b"psk_id_hash", b"")
    context += extract(suite, b"", b"info_hash", info)
    secret = extract(suite, secret, b"secret", b"")
    key = expand(suite, secret, b"key", context, 32)
    nonce = expand(suite, secret, b"base_nonce", context, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


@pytest.mark.parametrize("at", [0, 31, 32, 79])
def test_a_damaged_seal_is_refused(at: int) -> None:
    sealed = bytearray(seal(PUBLIC, FINGERPRINT, b"s" * 32))
    sealed[at] ^= 1
    with pytest.raises(BoxError, match="does not open"):
        unseal(KEY, FINGERPRINT, bytes(sealed))


def test_another_key_or_definition_does_not_open_a_seal() -> None:
    sealed = seal(PUBLIC, FINGERPRINT, b"s" * 32)
    with pytest.raises(BoxError, match="does not open"):
        unseal(X25519PrivateKey.generate(), FINGERPRINT, sealed)
    with pytest.raises(BoxError, match="does not open"):
        unseal(KEY, "cd" * 32, sealed)


def test_no_two_commits_share_a_mask_or_a_seal() -> None:
    made = [fresh(PUBLIC, FINGERPRINT, 8) for _ in range(50)]
    assert len({m.seal for m in made}) == len({m.mask.tobytes() for m in made}) == 50
    seed = unseal(KEY, FINGERPRINT, made[0].seal)
    assert (mask(seed, 8) == made[0].mask).all()
