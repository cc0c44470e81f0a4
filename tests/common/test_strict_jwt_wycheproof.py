"""Wycheproof's vectors for JSON Web Signatures, judged by the check that every token passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jwt
import pytest

from libs.common.errors import Unauthenticated
from libs.common.strict_jwt import VerifyKey, check_signature

VECTORS = (
    Path(__file__).resolve().parents[2].parent / "shared/data/wycheproof-jose/json_web_signature_test.json"
)

# Where the vectors contradict themselves or the rule that a key has one algorithm.
EXCEPTIONS = {
    346: "Figure 20 of RFC 7520: the header says PS384, the key PS256",
    347: "Figure 27 of RFC 7520: the header says ES512, the key ES521, which does not exist",
    350: "as 346, with key_ops",
    351: "as 347, with key_ops",
    367: "byte for byte the same as 357, which is marked valid",
    370: "byte for byte the same as 357, which is marked valid",
    372: "marked valid, with a question mark in the header",
    373: "marked valid, with a question mark in the payload",
}


def load_key(jwk: Mapping[str, Any]) -> VerifyKey | None:
    """Loads a JSON Web Key; None where it is not one for verifying signatures."""
    if jwk.get("use", "sig") != "sig" or "verify" not in jwk.get("key_ops", ["verify"]) or "alg" not in jwk:
        return None
    algorithm = str(jwk["alg"])
    if jwk["kty"] == "oct":
        return VerifyKey("k", algorithm, base64.urlsafe_b64decode(str(jwk["k"]) + "=="))
    named = dict(jwk) | {"alg": "ES512" if algorithm == "ES521" else algorithm}
    return VerifyKey("k", algorithm, jwt.PyJWK.from_dict(named).key)


def judged() -> Iterator[tuple[int, bool, bool]]:
    """Each vector's number, whether it should hold, and whether it does."""
    for group in json.loads(VECTORS.read_text(encoding="utf-8"))["testGroups"]:
        key = load_key(group.get("public") or group["private"])
        for test in group["tests"]:
            yield test["tcId"], test["result"] == "valid", key is not None and holds(test["jws"], key)


def holds(token: str, key: VerifyKey) -> bool:
    try:
        check_signature(token, key)
    except Unauthenticated:
        return False
    return True


def test_401_vectors_are_judged_and_differ_in_the_eight_known_ways_only() -> None:
    if not VECTORS.exists():
        pytest.skip("the Wycheproof vectors are not here")

    results = list(judged())

    assert len(results) == 401
    assert {number for number, expected, actual in results if expected != actual} == set(EXCEPTIONS)
