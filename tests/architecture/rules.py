"""The house rules that a machine can check; each takes a tree and returns its violations."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Rule = Callable[[Path], list[str]]

CODE_FOLDERS = ("libs", "services", "cli", "clients", "evals", "benchmarks")
MAX_LINES = 300
MAX_FUNCTION_LINES = 60
VAGUE_NAMES = frozenset({"utils", "helpers", "manager", "base", "misc", "common_utils", "util", "helper"})
HEAVY_SDKS = (
    "litellm",
    "qdrant_edge",
    "qdrant_client",
    "fastembed",
    "onnxruntime",
    "redis",
    "psycopg",
    "aiohttp",
)
"""Packages that exactly one adapter may import, in each of services/* and libs/*."""

_BRANCHES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.Match,
    ast.BoolOp,
    ast.comprehension,
)

SECRET_PATTERNS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/]{16}"),
    "a provider's key": re.compile(
        r"\b(?:sk-[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,})\b"
    ),
    "a JWT": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}"),
}


def modules(root: Path) -> Iterator[Path]:
    """Every hand-written module."""
    for folder in CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            if "pb" not in path.relative_to(root).parts:
                yield path


def modules_are_short(root: Path) -> list[str]:
    """No module over 300 lines."""
    return [
        f"{path.relative_to(root)} has {lines} lines; split it by noun"
        for path in modules(root)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    ]


def functions_are_short(root: Path) -> list[str]:
    """No function over 60 lines (the aim is under 40)."""
    found = []
    for path, node in _functions(root):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > MAX_FUNCTION_LINES:
            found.append(f"{path.relative_to(root)}:{node.lineno} {node.name} has {lines} lines")
    return found


def modules_say_their_job(root: Path) -> list[str]:
    """Every module opens with a docstring whose first line is one sentence."""
    found = []
    for path in modules(root):
        doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        first = (doc or "").split("\n\n", maxsplit=1)[0].strip()
        if not first.endswith((".", ":")) or ". " in first:
            found.append(f"{path.relative_to(root)} does not open with one sentence that says its job")
    return found


def names_are_nouns(root: Path) -> list[str]:
    """No utils, helpers, manager, base or misc."""
    return [
        f"{path.relative_to(root)}: name it after what it holds"
        for path in modules(root)
        if path.stem in VAGUE_NAMES or path.stem.rpartition("_")[2] in VAGUE_NAMES
    ]


def only_settings_read_the_environment(root: Path) -> list[str]:
    """`os.environ` and `os.getenv` stand in libs/common/settings.py, and where a library must be told."""
    allowed = {"libs/common/settings.py", "services/generation/chat_litellm.py"}
    found = []
    for path in modules(root):
        name = path.relative_to(root).as_posix()
        if name in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
                found.append(f"{name}:{node.lineno} reads the environment; only settings do")
    return found


def one_file_per_heavy_sdk(root: Path) -> list[str]:
    """In each service and library, one adapter at most imports a heavy SDK: a file, or a package of its own."""
    users: dict[tuple[str, str], set[str]] = {}
    for path in modules(root):
        parts = path.relative_to(root).parts
        home = "/".join(parts[:2])
        for name in _imports(path):
            top = name.partition(".")[0]
            if top in HEAVY_SDKS:
                # services/a/b.py is an adapter, services/a/c/d.py belongs to the adapter services/a/c
                users.setdefault((home, top), set()).add("/".join(parts[:3]))
    return [
        f"{home}: {sdk} is imported by {', '.join(sorted(files))}; one adapter should"
        for (home, sdk), files in sorted(users.items())
        if len(files) > 1
    ]


def broad_excepts_are_explained(root: Path) -> list[str]:
    """A broad `except` that does not raise again stands only at a boundary, and says which."""
    found = []
    for path in modules(root):
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.ExceptHandler) or not _is_broad(node) or _raises_again(node):
                continue
            if "noqa: BLE001 - " not in lines[node.lineno - 1]:
                found.append(f"{path.relative_to(root)}:{node.lineno} catches everything without saying why")
    return found


def todos_name_an_issue(root: Path) -> list[str]:
    """`TODO(#12): ...` or none."""
    pattern = re.compile(r"\b(TODO(?!\(#\d+\))|FIXME|XXX)\b")
    return [
        f"{path.relative_to(root)}:{number} leaves work without an issue"
        for path in modules(root)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def modules_have_mirrored_tests(root: Path) -> list[str]:
    """What decides something is tested in the file of its name.

    services/x/y.py and libs/x/y.py by tests/x/test_y.py, cli/y.py by tests/cli/test_y.py; an adapter
    y_sql.py may be tested by the suite of its port, tests/contract/test_y.py. Ports, frozen data and
    composition roots decide nothing by themselves.
    """
    missing = []
    for path in modules(root):
        home, *parts = path.relative_to(root).parts
        if home not in {"libs", "services", "cli"} or path.stem.startswith("__") or not _decides(path):
            continue
        folder = ("cli", *parts[:-1]) if home == "cli" else tuple(parts[:-1])
        mirror = root.joinpath("tests", *folder, f"test_{path.stem}.py")
        suite = root / "tests" / "contract" / f"test_{path.stem.rpartition('_')[0]}.py"
        if not mirror.exists() and not suite.exists():
            missing.append(f"{path.relative_to(root)} has no mirrored test")
    return missing


def nothing_names_a_workplace(root: Path) -> list[str]:
    """No registry's host and no machine's path stand in what is committed."""
    hosts = re.compile(
        r"https?://(?:[\w.-]+\.)?(?:pypi\.org|pythonhosted\.org|npmjs\.org|npmjs\.com|registry\.[\w.-]+)"
    )
    found = []
    for path in _committed_text(root):
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in hosts.finditer(text):
            found.append(f"{path.relative_to(root)}: names the registry {match.group()}")
    return found


def no_secrets(root: Path) -> list[str]:
    """No key, token or password is committed."""
    found = []
    for path in _committed_text(root):
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(root)}: holds {what}" for what, p in SECRET_PATTERNS.items() if p.search(text)
        ]
    return found


RULES: tuple[Rule, ...] = (
    modules_are_short,
    functions_are_short,
    modules_say_their_job,
    names_are_nouns,
    only_settings_read_the_environment,
    one_file_per_heavy_sdk,
    broad_excepts_are_explained,
    todos_name_an_issue,
    modules_have_mirrored_tests,
    nothing_names_a_workplace,
    no_secrets,
)


def _functions(root: Path) -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in modules(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def _imports(path: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _committed_text(root: Path) -> Iterator[Path]:
    skipped = {".git", ".venv", "node_modules", "dist", "__pycache__"}
    suffixes = {
        ".py",
        ".md",
        ".txt",
        ".toml",
        ".yaml",
        ".yml",
        ".json",
        ".sh",
        ".ts",
        ".mjs",
        ".html",
        ".css",
        ".proto",
        "",
    }
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden_cache = any(part.endswith("_cache") or part.startswith(".causeway") for part in parts)
        if (
            path.is_file()
            and not hidden_cache
            and not skipped.intersection(parts)
            and path.suffix in suffixes
        ):
            yield path


def _decides(path: Path) -> bool:
    return any(isinstance(node, _BRANCHES) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _is_broad(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
