"""The manifest: everything that shapes a tenant's answers, immutable, named by its content hash."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

import orjson
from pydantic import Field, StringConstraints, model_validator

from libs.common.conversation_rules import ConversationRules
from libs.common.curated import CuratedAnswer
from libs.common.manifest_part import Later as Later
from libs.common.manifest_part import Name as Name
from libs.common.manifest_part import Part as Part
from libs.common.retrieval_profile import PressureMs
from libs.common.retrieval_profile import Profile as Profile
from libs.common.retrieval_profile import Share as Share
from libs.common.source import Source

_EXACT = 2**53 - 1
Flag = (
    bool
    | Annotated[str, StringConstraints(max_length=1000)]
    | Annotated[int, Field(ge=-_EXACT, le=_EXACT)]
    | Annotated[float, Field(ge=-_EXACT, le=_EXACT)]
)
"""A flag's value; numbers that every reader of JSON takes for the same ones."""

Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$", max_length=300)]
"""A web origin as browsers send it: lower case, no path, no default port, never a wildcard."""


class ModelLink(Part):
    """One model of a chain.

    Attributes:
        kind: `environment` is the model that CAUSEWAY_MODEL names (passed over when it names none),
            `litellm` the model named here, `extractive` the answerer that quotes the sources.
        model: LiteLLM name, for `litellm`.
        base_url: Address of an OpenAI-compatible server, for `litellm`; optional.
        first_token_seconds: Patience for the first token.
        idle_seconds: Patience between two tokens.
        max_output_tokens: Longest answer.
        context_tokens: Tokens that sources may take.
    """

    kind: Literal["environment", "litellm", "extractive"]
    model: Annotated[str, StringConstraints(max_length=200)] = ""
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?://\S+)?$", max_length=500)] = ""
    first_token_seconds: Annotated[float, Field(gt=0, le=120)] = 15.0
    idle_seconds: Annotated[float, Field(gt=0, le=120)] = 15.0
    max_output_tokens: Annotated[int, Field(ge=16, le=16384)] = 600
    context_tokens: Annotated[int, Field(ge=128, le=200_000)] = 2400

    @model_validator(mode="after")
    def _names_a_model_of_its_own(self) -> Self:
        if self.kind == "litellm" and not self.model:
            raise ValueError("a link of kind litellm names no model; add model")
        if self.kind != "litellm" and (self.model or self.base_url):
            raise ValueError("only a link of kind litellm takes model and base_url; remove them")
        return self


class ModelChain(Part):
    """Models in the order in which they are tried."""

    chain: Annotated[tuple[ModelLink, ...], Field(min_length=1, max_length=8)]


class Prompt(Part):
    """Templates; `{{question}}`, `{{sources}}`, `{{language}}` and `{{conversation}}` are filled in."""

    system: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    user: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class Policy(Part):
    """When an answer is refused.

    Attributes:
        min_relevance: Least relevance of the nearest passages, 0 to 1, for a question to be on topic: three
            quarters the best cosine, one quarter the share of the question's words that a passage has.
        min_support: Least probability, 0 to 1, that a quoted answer is right; below it there is none.
        max_question_chars: Longest question.
        review_below: Confidence under which a person should look at an answer.
        unsupported: What becomes of an answer with a sentence that the sources it cites do not support:
            `keep` shows it as it is, `mark` tells the reader and asks for a person's look, `drop` leaves the
            sentence out: then each is held until it is checked.
        min_claim_support: Least support of a sentence by its sources, 0 to 1, below which it is unsupported.
        pressure_ms: Milliseconds that a question waits to be answered from which on its answer goes without
            suggestions, is quoted from half of what was found, from a quarter, and is turned away; each at
            least the one before.
    """

    min_relevance: Share = 0.36
    min_support: Share = 0.3
    max_question_chars: Annotated[int, Field(ge=16, le=4096)] = 2000
    review_below: Annotated[Share, Later()] = 0.5
    unsupported: Annotated[Literal["keep", "mark", "drop"], Later()] = "keep"
    min_claim_support: Annotated[Share, Later()] = 0.3
    pressure_ms: Annotated[PressureMs, Later()] = (100.0, 250.0, 500.0, 1000.0)


class Manifest(Part):
    """What shapes a tenant's answers, with the ids it was resolved from."""

    tenant_id: Name
    model_version: Name
    prompt_version: Name
    policy_version: Name
    retrieval_profile: Name
    index_version: Name
    models: ModelChain
    prompt: Prompt
    policy: Policy
    profile: Profile
    flags: dict[Name, Flag] = Field(default_factory=dict)
    curated: Annotated[tuple[CuratedAnswer, ...], Later()] = ()

    @property
    def manifest_id(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return content_id(self.to_json())

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, UTF-8."""
        return canonical_json(self.model_dump(mode="json"))


class SecretRef(Part):
    """Where a secret or a generated key is kept; never its value.

    Attributes:
        env: Name of an environment variable.
        file: Path below the folder of mounted secrets.
    """

    env: Annotated[str, StringConstraints(pattern=r"^([A-Z_][A-Z0-9_]{0,127})?$")] = ""
    file: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\\]*$", max_length=300)] = ""

    @model_validator(mode="after")
    def _points_to_one_place_below_the_folder(self) -> Self:
        if bool(self.env) == bool(self.file):
            raise ValueError("a secret is either in a variable or in a file; give env or file")
        path = PurePosixPath(self.file)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError("file leaves the folder of mounted secrets; name a path below it")
        return self


class IdentityKey(Part):
    """A key that a tenant's backend signs host tokens with.

    Attributes:
        kid: Its name in the token's header.
        algorithm: The only algorithm it is used with.
        key: Where the public key (PEM) or the shared secret is.
    """

    kid: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    algorithm: Literal["EdDSA", "ES256", "RS256", "HS256"]
    key: SecretRef


class Identity(Part):
    """How a tenant's visitors prove who they are.

    Attributes:
        issuer: The `iss` of its host tokens; empty accepts any.
        keys: The current and the next key.
        origins: Origins of the tenant's pages.
        anonymous_origins: Origins whose visitors may come without a host token; they need not stand above.
    """

    issuer: str = ""
    keys: tuple[IdentityKey, ...] = ()
    origins: tuple[Origin, ...] = ()
    anonymous_origins: tuple[Origin, ...] = ()

    @model_validator(mode="after")
    def _gives_each_key_a_name_of_its_own(self) -> Self:
        if len({key.kid for key in self.keys}) != len(self.keys):
            raise ValueError("two keys have the same kid; give each its own")
        return self


class Link(Part):
    """A labelled address."""

    label: str
    url: Annotated[str, StringConstraints(pattern=r"^(https?://|mailto:)")]


class Appearance(Part):
    """What the widget shows; public."""

    title: str = "Ask the docs"
    greeting: str = ""
    disclaimer: str = ""
    banner: str = ""
    handoff: Link | None = None
    cta: Link | None = None
    suggestions: tuple[str, ...] = ()
    theme: dict[Name, str] = Field(default_factory=dict)


class Tenant(Part):
    """A customer's settings that do not shape answers: changing them purges nothing.

    Attributes:
        sources: Where its documents come from; `causeway sources` reads them.
        conversations: What may be kept of its visitors' conversations, and how long.
        answer_records: What is kept of questions: all that explains the answer, all but the question's words,
            or nothing.
    """

    tenant_id: Name
    name: str
    identity: Identity = Identity()
    default_plan: Name = "standard"
    session_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    appearance: Appearance = Appearance()
    sources: Annotated[tuple[Source, ...], Field(max_length=200), Later()] = ()
    conversations: Annotated[ConversationRules, Later()] = ConversationRules()
    answer_records: Annotated[Literal["full", "without_question", "none"], Later()] = "full"

    @model_validator(mode="after")
    def _gives_each_source_an_id_of_its_own(self) -> Self:
        ids = [source.id for source in self.sources]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"two sources have the id {twice[0]}; give each its own")
        return self

    def to_json(self) -> bytes:
        """Canonical JSON: sorted keys, no spaces, UTF-8."""
        return canonical_json(self.model_dump(mode="json"))


def canonical_json(value: Any) -> bytes:
    """Writes JSON so that equal values give equal bytes."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def content_id(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


class ManifestMismatch(ValueError):
    """A manifest's content does not have the id it came with."""


def parse_manifest(data: bytes, manifest_id: str) -> Manifest:
    """Reads a manifest and checks that it is the one that its id names.

    Raises:
        ManifestMismatch: The content hashes to something else.
        pydantic.ValidationError: It is not a manifest.
    """
    if content_id(data) != manifest_id:
        raise ManifestMismatch(f"The manifest that came as {manifest_id[:12]} is {content_id(data)[:12]}.")
    return Manifest.model_validate_json(data)
