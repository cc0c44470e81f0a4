"""Tokens that hold, and every way in which one may not."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.errors import Unauthenticated
from libs.common.strict_jwt import Expected, VerifyKey, read_claims_unverified, read_header, verify

NOW = 1_750_000_000.0
EXPECTED = Expected("causeway", "host", ("sub",), max_lifetime=900)
ED = Ed25519PrivateKey.generate()
EC = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)
SECRET = b"s" * 32
KEYS = {
    "ed": VerifyKey("ed", "EdDSA", ED.public_key()),
    "ec": VerifyKey("ec", "ES256", EC.public_key()),
    "rsa": VerifyKey("rsa", "RS256", RSA.public_key()),
    "hs": VerifyKey("hs", "HS256", SECRET),
}
SIGNERS: dict[str, tuple[Any, str]] = {
    "ed": (ED, "EdDSA"),
    "ec": (EC, "ES256"),
    "rsa": (RSA, "RS256"),
    "hs": (SECRET, "HS256"),
}


def encoded(raw: bytes | str | dict[str, Any]) -> str:
    data = (
        json.dumps(raw).encode() if isinstance(raw, dict) else raw.encode() if isinstance(raw, str) else raw
    )
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**more: Any) -> dict[str, Any]:
    now = int(NOW)
    good = {"iss": "host", "aud": "causeway", "sub": "ana", "iat": now, "exp": now + 600}
    return {name: value for name, value in (good | more).items() if value is not None}


def ed_token(header: bytes | str | dict[str, Any], payload: bytes | str | dict[str, Any]) -> str:
    """Signs exactly these bytes, whatever they are."""
    signed = f"{encoded(header)}.{encoded(payload)}"
    return f"{signed}.{encoded(ED.sign(signed.encode()))}"


def good(kid: str = "ed") -> str:
    key, algorithm = SIGNERS[kid]
    return jwt.encode(claims(), key, algorithm=algorithm, headers={"kid": kid})


def check(token: str, expected: Expected = EXPECTED, now: float = NOW) -> dict[str, Any]:
    return verify(token, lambda kid: KEYS.get(kid or ""), expected, now)


def refused(token: str, reason: str = "", expected: Expected = EXPECTED, now: float = NOW) -> None:
    with pytest.raises(Unauthenticated, match=reason or ".") as caught:
        check(token, expected, now)
    assert token not in str(caught.value)


@pytest.mark.parametrize("kid", SIGNERS)
def test_a_good_token_of_every_algorithm_holds(kid: str) -> None:
    assert check(good(kid))["sub"] == "ana"
    assert read_header(good(kid))["kid"] == kid
    assert read_claims_unverified(good(kid))["iss"] == "host"


def test_an_audience_may_be_a_list_that_holds_it() -> None:
    assert check(ed_token({"alg": "EdDSA", "kid": "ed"}, claims(aud=["x", "causeway"])))["sub"] == "ana"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": "ed"},
        {"alg": "None", "kid": "ed"},
        {"alg": "", "kid": "ed"},
        {"kid": "ed"},
        {"alg": None, "kid": "ed"},
        {"alg": ["EdDSA"], "kid": "ed"},
        {"alg": {"EdDSA": 1}, "kid": "ed"},
        {"alg": 1, "kid": "ed"},
        {"alg": "eddsa", "kid": "ed"},
        {"alg": "HS512", "kid": "ed"},
        {"alg": "ES256", "kid": "ed"},
        {"alg": "HS256", "kid": "ed"},
        {"alg": "EdDSA"},
        {"alg": "EdDSA", "kid": ["ed"]},
        {"alg": "EdDSA", "kid": None},
        {"alg": "EdDSA", "kid": "../../etc/passwd"},
        {"alg": "EdDSA", "kid": "ed", "crit": ["exp"]},
        {"alg": "EdDSA", "kid": "ed", "crit": []},
        {"alg": "EdDSA", "kid": "ed", "jku": "https://evil.example/keys"},
        {"alg": "EdDSA", "kid": "ed", "x5u": "https://evil.example/cert"},
        {"alg": "EdDSA", "kid": "ed", "x5c": ["MII"]},
        {"alg": "EdDSA", "kid": "ed", "jwk": {"kty": "OKP"}},
        {"alg": "EdDSA", "kid": "ed", "b64": False},
        {"alg": "EdDSA", "kid": "ed", "zip": "DEF"},
        {"alg": "EdDSA", "kid": "\ud800"},
    ],
    ids=str,
)
def test_a_header_that_asks_for_anything_else_is_refused(header: dict[str, Any]) -> None:
    refused(ed_token(header, claims()))


@pytest.mark.parametrize("kid", ["ed", "ec", "rsa"])
def test_a_public_key_never_serves_as_a_shared_secret(kid: str) -> None:
    public = SIGNERS[kid][0].public_key()
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    ):
        signed = f"{encoded({'alg': 'HS256', 'kid': kid})}.{encoded(claims())}"
        algorithm = jwt.get_algorithm_by_name("HS256")
        refused(f"{signed}.{encoded(algorithm.sign(signed.encode(), secret))}", "not the one of its key")


@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("claimed", SIGNERS)
def test_no_key_stands_in_for_another(signer: str, claimed: str) -> None:
    key, algorithm = SIGNERS[signer]
    token = jwt.encode(claims(), key, algorithm=algorithm, headers={"kid": claimed})
    if signer == claimed:
        check(token)
    else:
        refused(token)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (claims(exp=None), "no exp"),
        (claims(iat=None), "no iat"),
        (claims(sub=None), "no sub"),
        (claims(exp=NOW - 61), "expired"),
        (claims(exp="soon"), "not a moment"),
        (claims(exp=True), "not a moment"),
        (claims(exp=[]), "not a moment"),
        (claims(exp=10**400), "not a moment"),
        (claims(exp=-(10**13)), "not a moment"),
        (claims(iat=NOW + 61), "not valid yet"),
        (claims(nbf=NOW + 61), "not valid yet"),
        (claims(nbf="later"), "not a moment"),
        (claims(exp=NOW + 901), "lives longer"),
        (claims(aud="other"), "aud"),
        (claims(aud=None), "aud"),
        (claims(aud=[]), "aud"),
        (claims(aud=["other"]), "aud"),
        (claims(aud={"causeway": 1}), "aud"),
        (claims(aud="causeway "), "aud"),
        (claims(iss="other"), "iss"),
        (claims(iss=None), "iss"),
        (claims(iss=["host"]), "iss"),
        (claims(sub="\ud800"), "JSON object"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_claim_out_of_bounds_is_refused(payload: dict[str, Any], reason: str) -> None:
    refused(ed_token({"alg": "EdDSA", "kid": "ed"}, payload), reason)


def test_leeway_is_sixty_seconds_and_no_more() -> None:
    assert check(good(), now=NOW + 600 + 60)
    refused(good(), "expired", now=NOW + 600 + 61)
    assert check(good(), now=NOW - 60)
    refused(good(), "not valid yet", now=NOW - 61)


@pytest.mark.parametrize(
    "payload",
    [
        '{"iss":"host","aud":"causeway","sub":"ana","iat":1750000000,"exp":1750000600,"sub":"bob"}',
        '{"iss":"host","aud":"causeway","sub":"ana","iat":1750000000,"exp":NaN}',
        '{"iss":"host","aud":"causeway","sub":"ana","iat":1750000000,"exp":Infinity}',
        '{"iss":"host","aud":"causeway","sub":"ana","iat":1750000000,"exp":1e999}',
        '{"iss":"host","aud":"causeway","sub":"ana","iat":1750000000,"exp":' + "9" * 5000 + "}",
        '{"a":{"b":1,"b":2},"iss":"host","aud":"causeway","sub":"ana","iat":1750000000,"exp":1750000600}',
        "[]",
        "null",
        '"text"',
        "",
        "{",
        "{}x",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        "[" * 4000,
        '{"a":' * 900 + "1" + "}" * 900,
    ],
    ids=range(16),
)
def test_a_payload_that_is_not_one_plain_object_is_refused(payload: str | bytes) -> None:
    refused(ed_token({"alg": "EdDSA", "kid": "ed"}, payload))


@pytest.mark.parametrize(
    "header",
    ['{"alg":"EdDSA","kid":"ed","alg":"none"}', '{"alg":"EdDSA","kid":"ed","kid":"ec"}', "[]", "{", b"\xff"],
)
def test_a_header_that_is_not_one_plain_object_is_refused(header: str | bytes) -> None:
    refused(ed_token(header, claims()))


@pytest.mark.parametrize(
    "change",
    [
        lambda t: "",
        lambda t: ".",
        lambda t: "..",
        lambda t: t.rpartition(".")[0],
        lambda t: t.rpartition(".")[0] + ".",
        lambda t: t + ".",
        lambda t: t + ".AAAA",
        lambda t: t + "=",
        lambda t: t + "==",
        lambda t: t + "\n",
        lambda t: " " + t,
        lambda t: t.replace(".", ".\n", 1),
        lambda t: t + "A" * 8192,
        lambda t: t.replace(".", "。"),
        lambda t: t + "é",
        lambda t: t.partition(".")[0] + "=." + t.partition(".")[2],
        lambda t: json.dumps({"payload": t.split(".")[1], "signatures": []}),
    ],
    ids=range(17),
)
def test_anything_but_the_compact_form_is_refused(change: Callable[[str], str]) -> None:
    refused_token = change(good())
    with pytest.raises(Unauthenticated):
        check(refused_token)


def test_the_other_alphabet_of_base64_is_refused() -> None:
    for _ in range(200):
        token = ed_token({"alg": "EdDSA", "kid": "ed"}, claims(n=random.random()))
        if "-" in token or "_" in token:
            break
    refused(token.replace("-", "+").replace("_", "/"))


@pytest.mark.parametrize("kid", SIGNERS)
def test_no_single_character_of_a_token_can_be_changed(kid: str) -> None:
    token = good(kid)
    alphabet = string.ascii_letters + string.digits + "-_.=+/ \n"
    source = random.Random(7)
    for position, present in enumerate(token):
        for other in source.sample(alphabet, 6):
            if other != present:
                with pytest.raises(Unauthenticated):
                    check(token[:position] + other + token[position + 1 :])


def test_every_character_in_every_place_of_the_signature_is_refused() -> None:
    token = good("ed")
    begin = token.rindex(".") + 1
    for position in range(begin, len(token)):
        for other in string.ascii_letters + string.digits + "-_":
            if other != token[position]:
                with pytest.raises(Unauthenticated):
                    check(token[:position] + other + token[position + 1 :])


def test_twenty_thousand_random_mutations_are_refused() -> None:
    source = random.Random(4711)
    tokens = [good(kid) for kid in SIGNERS]
    alphabet = string.printable + "é\x00\ud800"
    tried = 0
    while tried < 20_000:
        token = source.choice(tokens)
        mutated = _mutated(token, source, alphabet)
        if mutated in tokens:
            continue
        tried += 1
        with pytest.raises(Unauthenticated):
            check(mutated)


def _mutated(token: str, source: random.Random, alphabet: str) -> str:
    at, other = source.randrange(len(token)), source.randrange(len(token))
    match source.randrange(5):
        case 0:
            return token[:at] + source.choice(alphabet) + token[at:]
        case 1:
            return token[:at] + token[at + source.randrange(1, 4) :]
        case 2:
            return token[: min(at, other)] + token[max(at, other) :] + token[min(at, other) : max(at, other)]
        case 3:
            return "".join(c if source.random() > 0.02 else source.choice(alphabet) for c in token)
        case _:
            return token[:at] + token[at].swapcase() + token[at + 1 :] + source.choice(alphabet)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){0,4}", fullmatch=True)
)
def test_any_text_at_all_is_refused_as_unauthenticated(text: str) -> None:
    refused_or_raised(text)


def refused_or_raised(text: str) -> None:
    with pytest.raises(Unauthenticated):
        check(text)
    with pytest.raises(Unauthenticated):
        read_header(text)
    with pytest.raises(Unauthenticated):
        read_claims_unverified(text)


def test_issuer_and_lifetime_are_free_where_none_is_expected() -> None:
    free = Expected("causeway", None, ())
    token = ed_token({"alg": "EdDSA", "kid": "ed"}, claims(iss="anybody", exp=NOW + 10**6))
    assert check(token, free)["iss"] == "anybody"
