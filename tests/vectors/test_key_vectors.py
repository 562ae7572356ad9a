"""The golden vectors hold, for this program and for a reader that knows only their description."""

import base64
import hashlib
import hmac
import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from shamir_mnemonic import Share, combine_mnemonics

from survey.box.boxfile import BoxFileError, open_box, read_box
from survey.box.layout import build_layout
from survey.box.mask import mask, unseal
from survey.box.model import Quorum
from survey.box.stewards import (
    StewardError,
    identifier,
    key_fingerprint,
    line_of,
    parse_line,
    private_key,
)
from survey.box.words import read_key
from survey.instrument.load import parse_definition

HERE = Path(__file__).parent


def vectors(name: str) -> dict[str, Any]:
    """A file of vectors whose format is the one that the README describes."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    assert found["format"] == f"survey-vectors-{name}/1"
    assert found["format"] in (HERE / "README.md").read_text("utf-8")
    return found


CUSTODY, SEAL, BOX = vectors("custody"), vectors("seal"), vectors("box")
keys = pytest.mark.parametrize("one", CUSTODY["keys"], ids=lambda k: k["line"][17:40])


def hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869, SHA-256, no salt, 32 bytes."""
    return hmac.digest(hmac.digest(bytes(32), secret, "sha256"), info + b"\x01", "sha256")


def opened_by_hand(raw: bytes, info: bytes, sealed: bytes) -> bytes:
    """RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM."""
    key, enc = X25519PrivateKey.from_private_bytes(raw), sealed[:32]
    kem, suite = b"HPKE-v1KEM\x00\x20", b"HPKE-v1HPKE\x00\x20\x00\x01\x00\x02"

    def extract(salt: bytes, what: bytes) -> bytes:
        return hmac.digest(salt, what, "sha256")

    def expand(secret: bytes, what: bytes, length: int) -> bytes:
        whole = hmac.digest(secret, length.to_bytes(2) + what + b"\x01", "sha256")
        return whole[:length]

    exchanged = key.exchange(X25519PublicKey.from_public_bytes(enc))
    both = enc + key.public_key().public_bytes_raw()
    shared = expand(
        extract(bytes(32), kem + b"eae_prk" + exchanged), kem + b"shared_secret" + both, 32
    )
    context = b"\x00" + extract(bytes(32), suite + b"psk_id_hash")
    context += extract(bytes(32), suite + b"info_hash" + info)
    secret = extract(shared, suite + b"secret")
    nonce = expand(secret, suite + b"base_nonce" + context, 12)
    return AESGCM(expand(secret, suite + b"key" + context, 32)).decrypt(nonce, sealed[32:], None)


def keystream(seed: bytes, cells: int) -> np.ndarray:
    """AES-256 of 0, 1, 2 …, block after block."""
    blocks = b"".join(at.to_bytes(16) for at in range(cells // 4 + 1))
    stream = Cipher(algorithms.AES(seed), modes.ECB()).encryptor().update(blocks)
    return np.frombuffer(stream, dtype="<u4")[:cells]


@keys
def test_a_key_as_it_is_described(one: dict[str, Any]) -> None:
    seed, public = bytes.fromhex(one["seed"]), bytes.fromhex(one["public_key"])
    raw = hkdf(seed, b"survey-steward-key/1 " + one["wave"].encode())
    assert raw.hex() == one["private_key"]
    assert X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw() == public
    first = hashlib.sha256(b"survey-steward-sheets/1 " + public).hexdigest()[:4]
    assert one["identifier"] == int(first, 16) >> 1
    assert one["fingerprint"].replace(" ", "") == hashlib.sha256(public).hexdigest()[:16]
    line, _, check = one["line"].rpartition(":")
    assert hashlib.sha256(line.encode()).hexdigest()[:8] == check
    shares = [Share.from_mnemonic(sheet) for sheet in one["sheets"]]
    assert {s.identifier for s in shares} == {one["identifier"]}
    assert len(shares) == one["count"]
    for some in combinations(one["sheets"], one["threshold"]):
        assert combine_mnemonics(some) == seed


@keys
def test_a_key_as_this_program_reads_it(one: dict[str, Any]) -> None:
    key = parse_line(one["line"])
    assert (key.slug, key.quorum) == (one["wave"], Quorum(one["threshold"], one["count"]))
    assert key.public_key.hex() == one["public_key"]
    assert line_of(key) == one["line"]
    assert key_fingerprint(key.public_key) == one["fingerprint"]
    assert identifier(key.public_key) == one["identifier"]
    raw = read_key(one["sheets"][-one["threshold"] :], key).private_bytes_raw()
    made = private_key(bytes.fromhex(one["seed"]), one["wave"]).private_bytes_raw()
    assert raw.hex() == made.hex() == one["private_key"]


@pytest.mark.parametrize("one", CUSTODY["refused"], ids=lambda k: k["why"])
def test_sheets_that_give_no_key(one: dict[str, Any]) -> None:
    with pytest.raises(StewardError):
        read_key(one["sheets"], parse_line(CUSTODY["keys"][one["wave_of"]]["line"]))


@pytest.mark.parametrize("one", SEAL["masks"], ids=lambda m: f"{m['seed'][:4]}-{m['cells']}")
def test_masks(one: dict[str, Any]) -> None:
    seed, cells = bytes.fromhex(one["seed"]), one["cells"]
    for made in (mask(seed, cells), keystream(seed, cells)):
        assert made[:4].tolist() == one["first"]
        assert int(made[-1]) == one["last"]
        assert hashlib.sha256(made.astype("<u4").tobytes()).hexdigest() == one["sha256"]


def test_seals() -> None:
    raw, fingerprint = bytes.fromhex(SEAL["private_key"]), SEAL["layout_fingerprint"]
    info = bytes.fromhex(SEAL["info"])
    assert info == b"survey-seed/1 " + bytes.fromhex(fingerprint)
    key = X25519PrivateKey.from_private_bytes(raw)
    assert key.public_key().public_bytes_raw().hex() == SEAL["public_key"]
    for one in SEAL["seals"]:
        sealed = bytes.fromhex(one["sealed"])
        assert unseal(key, fingerprint, sealed).hex() == one["seed"]
        assert opened_by_hand(raw, info, sealed).hex() == one["seed"]


def test_a_box_opened_from_its_description() -> None:
    content = base64.b64decode(BOX["box"])
    assert hashlib.sha256(content).hexdigest() == BOX["digest"]
    line, _, rest = content.partition(b"\n")
    assert line.decode() == BOX["head"]
    head = json.loads(line)
    assert json.dumps(head, sort_keys=True, separators=(",", ":")) == BOX["head"]
    masked, seeds = rest[: 4 * head["cells"]], rest[4 * head["cells"] :]
    totals = np.frombuffer(masked, dtype="<u4").copy()
    each = [seeds[at : at + 80] for at in range(0, len(seeds), 80)]
    assert (len(each), each) == (head["seeds"], sorted(each))
    raw = hkdf(bytes.fromhex(BOX["seed"]), b"survey-steward-key/1 " + head["wave"].encode())
    assert raw.hex() == BOX["private_key"]
    info = b"survey-seed/1 " + bytes.fromhex(head["fingerprint"])
    for sealed in each:
        totals -= keystream(opened_by_hand(raw, info, sealed), head["cells"])
    assert totals.tolist() == BOX["totals"]


def test_a_box_as_this_program_opens_it(tmp_path: Path) -> None:
    """Or says why it does not: a later version of the rules refuses what an earlier one filled."""
    (tmp_path / "x.box").write_bytes(base64.b64decode(BOX["box"]))
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(BOX["private_key"]))
    head = json.loads(BOX["head"])
    if build_layout(parse_definition(head["definition"])).fingerprint != head["fingerprint"]:
        with pytest.raises(BoxFileError, match="under other rules"):
            read_box(tmp_path / "x.box")
        return
    box = read_box(tmp_path / "x.box")
    assert box.digest == BOX["digest"]
    assert open_box(box, key).tolist() == BOX["totals"]
