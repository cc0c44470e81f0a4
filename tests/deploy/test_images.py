"""What each image holds is enough to run what it is for, and nothing that it should not hold; without an engine."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.deploy import service_code as code
from tests.deploy.conftest import ROOT
from tests.deploy.containers import (
    COMPOSE,
    Container,
    compose_containers,
    kubernetes_containers,
)
from tests.deploy.dockerfile import Dockerfile, read_dockerfile
from tests.deploy.image_processes import Host, files_below
from tests.deploy.image_replay import NotInContext, Replay, stages_of_images
from tests.deploy.kustomization import render

# The first run installs every group of requirements; later ones find them in .causeway-test/images.
pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

TARGETS = (*code.SERVICES, "cli")
CORPUS = ROOT / "tests/e2e/corpus"
MODELS = ("litellm", "openai", "tiktoken")
VECTORS = ("onnxruntime", "fastembed", "onnx", "numpy")
INDEX = ("qdrant_client", "qdrant_edge")
BROWSERS = ("starlette", "uvicorn")
DATABASES = ("psycopg", "sqlalchemy")
DEVELOPMENT = ("pytest", "mypy", "ruff", "grpc_tools", "playwright", "torch", "pip")

ABSENT = {
    "edge_gateway": (*MODELS, *VECTORS, *INDEX, *DATABASES, *DEVELOPMENT),
    "retrieval": (*MODELS, *BROWSERS, *DEVELOPMENT),
    "generation": (*INDEX, *BROWSERS, *DEVELOPMENT),
    "config": (*MODELS, *VECTORS, *INDEX, *BROWSERS, *DEVELOPMENT),
    "insights": (*MODELS, *VECTORS, *INDEX, *BROWSERS, *DEVELOPMENT),
    "cli": (*MODELS, *VECTORS, *INDEX, *BROWSERS, *DATABASES, *DEVELOPMENT),
}


@pytest.fixture(scope="module")
def dockerfile() -> Dockerfile:
    return read_dockerfile(ROOT)


@pytest.fixture(scope="module")
def images(dockerfile: Dockerfile, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("images")
    replay = Replay(dockerfile)
    return {name: replay.build(name, folder / name) for name in TARGETS}


def test_the_dockerfile_has_one_image_for_each_service_and_the_command(dockerfile: Dockerfile) -> None:
    assert {stage.name for stage in stages_of_images(dockerfile)} == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_module_of_an_image_can_be_imported_in_it(target: str, images: dict[str, Path]) -> None:
    app = images[target] / "app"
    top = "cli" if target == "cli" else f"services/{target}"
    modules = sorted(
        ".".join(path.relative_to(app).with_suffix("").parts).removesuffix(".__init__")
        for path in (app / top).rglob("*.py")
    )

    done = _python(
        images[target], f"import importlib\nfor name in {modules!r}: importlib.import_module(name)"
    )

    assert modules
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_no_package_that_it_has_no_use_for(target: str, images: dict[str, Path]) -> None:
    script = f"from importlib.util import find_spec\nprint([n for n in {ABSENT[target]!r} if find_spec(n)])"

    assert _python(images[target], script).stdout.strip() == "[]"


@pytest.mark.parametrize("target", code.SERVICES)
def test_an_image_holds_one_service_alone(target: str, images: dict[str, Path]) -> None:
    app = images[target] / "app"

    assert {path.name for path in (app / "services").iterdir()} == {"__init__.py", target}
    assert (app / "manifests").exists() == (target == "config")
    assert (app / "widget").exists() == (target == "edge_gateway")
    assert not (app / "tests").exists()


@pytest.mark.parametrize("target", ["retrieval", "generation"])
def test_the_embedding_model_in_an_image_is_complete(target: str, images: dict[str, Path]) -> None:
    models = images[target] / "var/lib/causeway/models"
    script = (
        "import sys; from pathlib import Path; from libs.embedding.model_store import IDENTITY, is_complete\n"
        f"sys.exit(not is_complete(Path({str(models)!r}) / IDENTITY))"
    )

    assert _python(images[target], script).returncode == 0


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("COPY libs/common libs/common", "No module named 'libs.common'"),
        ("COPY services/__init__.py services/", None),
        ("COPY services/config services/config", "No module named 'services.config'"),
    ],
)
def test_a_missing_copy_shows(line: str, error: str | None, tmp_path: Path) -> None:
    text = (ROOT / "deploy/images/Dockerfile").read_text("utf-8")
    before, stage, after = text.partition("FROM runtime AS config\n")
    poorer = _dockerfile(tmp_path, before + stage + after.replace(f"{line}\n", "", 1))

    image = Replay(poorer).build("config", tmp_path / "image")
    done = _python(image, "import services.config.__main__")

    # A folder without __init__.py is still a package to Python, so that one would not be missed.
    assert (error or "") in done.stderr
    assert (done.returncode == 0) == (error is None)


def test_a_copy_of_what_the_build_cannot_see_shows(tmp_path: Path) -> None:
    text = (ROOT / "deploy/images/Dockerfile").read_text("utf-8")
    wider = _dockerfile(tmp_path, text.replace("COPY manifests manifests", "COPY docs manifests"))

    with pytest.raises(NotInContext, match="docs"):
        Replay(wider).build("config", tmp_path / "image")


@pytest.fixture(scope="module")
def declared(dockerfile: Dockerfile) -> dict[str, Container]:
    """The pods of the dev overlay, and the two jobs of the compose file, by name."""
    pods = kubernetes_containers("dev", render(ROOT / "deploy/k8s/overlays/dev"), dockerfile)
    jobs = [one for one in compose_containers(ROOT, dockerfile) if one.target == "cli"]
    return {one.where.partition(": ")[2]: one for one in (*pods, *jobs)}


@pytest.fixture(scope="module")
def host(
    images: dict[str, Path], declared: dict[str, Container], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Host]:
    """Everything started from the images, in the order and with the health checks of the compose file."""
    scratch = tmp_path_factory.mktemp("host")
    (scratch / "keys").mkdir()
    host = Host(images, scratch, scratch / "keys" / "all")
    before = {name: files_below(folder) for name, folder in images.items()}
    made = host.run(declared["keys"])
    assert made.returncode == 0, made.stderr
    content = yaml.safe_load((ROOT / COMPOSE).read_text("utf-8"))["services"]
    try:
        for name in ("config", "insights", "retrieval", "worker", "generation", "edge"):
            host.start(name, declared[name])
            if check := content[name].get("healthcheck"):
                host.wait_until(name, declared[name], check["test"][1:])
        yield host
    finally:
        codes = host.stop()
    assert set(codes.values()) == {0}, codes
    for target, folder in images.items():
        allowed = f"var/lib/causeway/{target}/"
        assert [path for path in files_below(folder) - before[target] if not path.startswith(allowed)] == []


def test_the_images_answer_a_question_together(host: Host, declared: dict[str, Container]) -> None:
    taken = host.run(declared["cli"], "ingest", str(CORPUS), "--json")
    assert taken.returncode == 0, taken.stderr
    assert json.loads(taken.stdout)["passages"] > 0

    asked = host.run(declared["cli"], "ask", "How do I request leave?", "--json")

    assert asked.returncode == 0, asked.stderr + host.output("generation")
    answer = json.loads(asked.stdout)
    assert answer["done"]["finish"] == "stop"
    assert answer["done"]["citation_count"] >= 1


def test_the_edge_serves_the_widget_that_its_image_carries(host: Host) -> None:
    edge = f"http://127.0.0.1:{host.ports['edge_gateway']}"

    for path in ("/widget/loader.js", "/"):
        with urllib.request.urlopen(edge + path, timeout=5) as response:
            assert response.status == 200
            assert response.read()


def test_every_process_shows_its_metrics_where_it_is_told_to(host: Host) -> None:
    names = [name for name in host.listening if name.endswith(("_METRICS_PORT", "_EDGE_PORT"))]

    for name in names:
        with urllib.request.urlopen(
            f"http://127.0.0.1:{host.listening[name]}/metrics", timeout=5
        ) as response:
            assert b"causeway_" in response.read(), name


def _python(image: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(image / "opt/venv/bin/python"), "-c", script],
        cwd=image / "app",
        env={"PATH": f"{image}/opt/venv/bin", "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(image / "tmp")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _dockerfile(tmp_path: Path, text: str) -> Dockerfile:
    (tmp_path / "deploy/images").mkdir(parents=True)
    (tmp_path / "deploy/images/Dockerfile").write_text(text, "utf-8")
    return read_dockerfile(tmp_path)
