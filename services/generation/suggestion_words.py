"""Turns a heading into something a reader may ask."""

from __future__ import annotations

import re

from services.generation.phrases import listed, phrase
from services.generation.plain_text import plain

_MOST_CHARACTERS = 80
_LEAST_LETTERS = 5
_FEW_WORDS = 3
"""An English heading with a question mark and no more words is a remark: In a hurry?"""
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|step \d+[:.]?|[•*-])\s+", re.IGNORECASE)
_ANCHOR = re.compile(r"\s*\{[#.][^}]*\}\s*$")
_BARE = (
    "about|additional information|additional resources|appendix|conclusion|contents|details|example|"
    "examples|faq|frequently asked questions|further reading|introduction|more|more info|"
    "more information|next steps|note|notes|other|overview|questions|recap|references|related|"
    "related pages|requirements|resources|see also|summary|table of contents|technical details|tip|"
    "tips|usage|warning|what is this|why"
)
_OF_ANY_PAGE = frozenset(_BARE.split("|"))
"""Headings that say nothing without their page."""

_HOW_TO = re.compile(r"^how to (?=[a-z])", re.IGNORECASE)
_ASKS = re.compile(
    r"^(?:what|who|which|where|when|why|how)"
    r" (?:is|are|was|were|do|does|did|can|could|should|will|may|must|many|much)\b"
    r"|^(?:can|may|should|must|do|does|is|are) (?:i|we|you|my|our|the|there|it)\b",
    re.IGNORECASE,
)
_VERBS = (
    "accessing:access adding:add applying:apply approving:approve asking:ask assigning:assign "
    "backing:back booking:book building:build buying:buy calling:call canceling:cancel "
    "cancelling:cancel changing:change checking:check choosing:choose cleaning:clean closing:close "
    "combining:combine configuring:configure connecting:connect copying:copy creating:create "
    "customizing:customize debugging:debug declaring:declare defining:define deleting:delete "
    "deploying:deploy disabling:disable documenting:document donating:donate downloading:download "
    "editing:edit enabling:enable exporting:export extending:extend filing:file finding:find "
    "formatting:format generating:generate getting:get giving:give handling:handle hiring:hire "
    "importing:import including:include installing:install inviting:invite joining:join leaving:leave "
    "logging:log making:make managing:manage mounting:mount moving:move opening:open ordering:order "
    "overriding:override paying:pay planning:plan preparing:prepare publishing:publish raising:raise "
    "reading:read receiving:receive recording:record registering:register removing:remove "
    "renaming:rename renewing:renew replacing:replace reporting:report requesting:request "
    "resetting:reset restarting:restart returning:return reviewing:review running:run saving:save "
    "scheduling:schedule searching:search sending:send serving:serve setting:set sharing:share "
    "shipping:ship signing:sign starting:start stopping:stop storing:store submitting:submit "
    "switching:switch testing:test tracking:track translating:translate traveling:travel "
    "troubleshooting:troubleshoot turning:turn uninstalling:uninstall updating:update upgrading:upgrade "
    "uploading:upload using:use validating:validate verifying:verify viewing:view writing:write"
)
_BASE = dict(pair.split(":") for pair in _VERBS.split())
_NOUNS = frozenset({"access", "book", "file", "log", "plan", "record", "report", "set", "test"})
_IMPERATIVES = frozenset(_BASE.values()) - _NOUNS
"""Verbs that begin a heading as an order; those that are as often nouns are left out."""

_NO_OBJECTS = frozenset({"and", "or", "is", "of"})
_MATTERS = frozenset(
    {"basics", "errors", "events", "examples", "guidelines", "guide", "instructions", "policies", "policy"}
    | {"process", "processes", "requirements", "rules", "steps", "time", "times", "tips", "tools"}
)
"""Before these, a verb in -ing is no action but says what they are about: signing requirements."""


def suggestion_of(heading: str, language: str) -> str:
    """Returns a question or a phrase for a heading, empty where it says nothing by itself.

    A heading that asks stays as it is. English ones that name an action become “How do I …?”; all others are
    asked about as they stand.

    Args:
        heading: As it stands in the document.
        language: ISO 639-1 code of document and reader.
    """
    text = _ANCHOR.sub("", plain(_NUMBERING.sub("", heading.strip()))).strip(" :.-–")
    letters = sum(map(str.isalpha, text))
    if not letters >= _LEAST_LETTERS or len(text) > _MOST_CHARACTERS or text.casefold() in _OF_ANY_PAGE:
        return ""
    if text.endswith(("!", "！")):  # a reminder names no subject
        return ""
    if text.endswith(("?", "？", "؟")):
        asks = language != "en" or _ASKS.match(text) or len(text.split()) > _FEW_WORDS
        return text if asks else ""
    return (_english(text) if language == "en" else "") or phrase("more_about", language).format(
        title=listed([text], language)
    )


def _english(text: str) -> str:
    if _ASKS.match(text):
        return f"{text}?"
    if _HOW_TO.match(text):
        return f"How do I {_HOW_TO.sub('', text)}?"
    first, _, rest = text.partition(" ")
    verb = _BASE.get(first.lower()) or (first.lower() if first.lower() in _IMPERATIVES else "")
    words = rest.lower().split()
    if verb and words and words[0] not in _NO_OBJECTS and words[-1] not in _MATTERS:
        return f"How do I {verb} {rest}?"
    return ""
