"""What `sam build` makes: right for its architecture, compiled, and complete without anything from this machine."""

import marshal
import os
import platform
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from types import CodeType

import pytest

from tests.template.document import ROOT, find_sam

LAYERS = {
    "CollectFunction": ["CoreLayer"],
    "CompactFunction": ["CoreLayer", "LibrariesLayer"],
    "DaysFunction": ["CoreLayer"],
    "EnrichFunction": ["CoreLayer", "LibrariesLayer"],
    "GoalsFunction": ["CoreLayer", "LibrariesLayer"],
    "PublishFunction": ["CoreLayer", "LibrariesLayer"],
    "RedriveFunction": ["CoreLayer", "LibrariesLayer"],
    "StitchFunction": ["CoreLayer", "LibrariesLayer"],
    "ViewsFunction": ["CoreLayer"],
}
FUNCTIONS = list(LAYERS)
# What imports boto3 before its first call, and so cannot do without Lambda's own packages.
NEEDS_RUNTIME = {
    "CompactFunction",
    "DaysFunction",
    "GoalsFunction",
    "PublishFunction",
    "RedriveFunction",
    "StitchFunction",
    "ViewsFunction",
}
# What none of whose packages is native code.
PORTABLE = {"CollectFunction", "DaysFunction", "ViewsFunction"}
# Where Lambda unpacks a function and a layer.
PREFIXES = dict.fromkeys(FUNCTIONS, "/var/task") | {"CoreLayer": "/opt", "LibrariesLayer": "/opt"}
HERE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
# The field e_machine of an ELF header (ELF specification; System V ABI supplements).
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
UNCHECKED_HASH = 0b01  # PEP 552
# What Lambda's Python runtime has besides the standard library.
RUNTIME = ["boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3"]


@pytest.fixture(scope="session", params=["arm64", "x86_64"])
def architecture(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture(scope="session")
def build(architecture: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a `sam build` for one architecture, whatever this machine is."""
    folder = tmp_path_factory.mktemp(architecture) / "build"
    # pip and pyenv need the rest of the environment.
    command: list[Path | str] = [find_sam(), "build", "--build-dir", folder]
    overrides = ["--parameter-overrides", f"Architecture={architecture}"]
    run = subprocess.run(
        [*command, *overrides],
        cwd=ROOT,
        env=os.environ | {"SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that Lambda's runtime brings, and no others."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in RUNTIME:
        package = distribution(name)
        for top in {Path(str(file)).parts[0] for file in package.files or []} - {"..", "__pycache__"}:
            (folder / top).symlink_to(Path(str(package.locate_file(top))))
    return folder


def test_collect_is_its_handler_and_nothing_else(build: Path) -> None:
    files = {
        str(path.relative_to(build / "CollectFunction")) for path in (build / "CollectFunction").rglob("*.*")
    }
    assert files == {"app.py", "__pycache__/app.cpython-313.pyc"}


@pytest.mark.parametrize("folder", ["views", "dashboard/questions"])
def test_views_has_the_sql_of_every_view_and_question(build: Path, folder: str) -> None:
    packed = {
        path.name: path.read_bytes() for path in (build / "ViewsFunction" / Path(folder).name).iterdir()
    }
    assert packed == {path.name: path.read_bytes() for path in (ROOT / folder).glob("*.sql")}
    assert packed


@pytest.mark.parametrize("folder", ["views", "dashboard/queries", "dashboard/queries/base"])
def test_publish_has_the_sql_of_every_view_and_query(build: Path, folder: str) -> None:
    there = build / "PublishFunction" / folder.removeprefix("dashboard/")
    packed = {path.name: path.read_bytes() for path in there.glob("*.sql")}
    assert packed == {path.name: path.read_bytes() for path in (ROOT / folder).glob("*.sql")}
    assert packed


def test_the_core_layer_has_our_packages_and_nothing_else(build: Path) -> None:
    packages = {path.name for path in (build / "CoreLayer" / "python").iterdir()}
    assert packages == {path.name for path in (ROOT / "layers" / "core").glob("pixelweave*")}


def test_the_core_layer_has_what_a_page_is_made_of(build: Path) -> None:
    folder = Path("pixelweave") / "pixel_page"
    packed = {path.name for path in (build / "CoreLayer" / "python" / folder).glob("*.*")}
    assert packed == {path.name for path in (ROOT / "layers" / "core" / folder).glob("*.*")}
    assert {"page.html", "part.html", "page.css", "page.js"} <= packed


def test_native_code_is_of_the_chosen_architecture(build: Path, architecture: str) -> None:
    libraries = list(build.rglob("*.so"))
    assert {path.relative_to(build).parts[0] for path in libraries} == {
        "CompactFunction",
        "EnrichFunction",
        "GoalsFunction",
        "LibrariesLayer",
    }
    machines = {int.from_bytes(path.read_bytes()[18:20], "little") for path in libraries}
    assert machines == {MACHINES[architecture]}


def test_every_module_is_compiled_for_good_and_for_its_place(build: Path) -> None:
    for name, prefix in PREFIXES.items():
        for source in (build / name).rglob("*.py"):
            compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
            content = compiled.read_bytes()
            assert int.from_bytes(content[4:8], "little") == UNCHECKED_HASH, compiled
            code = marshal.loads(content[16:])
            assert isinstance(code, CodeType)
            assert code.co_filename == str(prefix / source.relative_to(build / name))


def test_no_artefact_has_tools_or_is_near_the_limit(build: Path) -> None:
    assert not list(build.glob("*/bin")) + list(build.glob("*/python/bin"))
    sizes = {name: sum(path.stat().st_size for path in (build / name).rglob("*")) for name in PREFIXES}
    # Lambda takes 250 MiB unpacked, a function and its layers together. Nearly all of compact and goals is DuckDB.
    together = {name: sizes[name] + sum(sizes[layer] for layer in LAYERS[name]) for name in FUNCTIONS}
    assert max(together.pop("CompactFunction"), together.pop("GoalsFunction")) < 120 * 2**20
    assert max(together.values()) < 60 * 2**20
    assert sizes["CollectFunction"] < 64 * 2**10


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_handler_imports_in_an_empty_environment(
    build: Path, architecture: str, function: str, runtime: Path
) -> None:
    paths = [build / function, *(build / layer / "python" for layer in LAYERS[function])]
    if function in NEEDS_RUNTIME:
        paths.append(runtime)
    # Native code of the other architecture cannot run here; what has none runs everywhere.
    module = "app" if architecture == HERE or function in PORTABLE else "pixelweave"
    script = f"import sys; sys.path[:0] = {[str(path) for path in paths]}; import {module}; print({module}.__file__)"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-W", "error", "-c", script],
        env={},
        cwd=build,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert Path(run.stdout.strip()).is_relative_to(build)


def test_the_same_sources_make_the_same_bytes(build: Path, tmp_path: Path, architecture: str) -> None:
    run = subprocess.run(
        ["make", "--makefile", ROOT / "packaging" / "Makefile", "build-CoreLayer"],
        cwd=ROOT / "packaging" / architecture,
        env=os.environ | {"ARTIFACTS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    again = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.pyc")}
    first = build / "CoreLayer"
    assert again == {path.relative_to(first): path.read_bytes() for path in first.rglob("*.pyc")}
