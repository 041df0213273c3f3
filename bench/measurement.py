"""Instructions of a function's init, first call and warm calls, by differences between counted runs."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.artefact import ROOT, Workshop
from bench.certificate import make_chain
from bench.fake_aws import FakeAws
from bench.hit import KEY, PIXEL_ITEM
from bench.runtime_api import FunctionError, run_function

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.artefact import Artefact
    from bench.runtime_api import Run

AMAZON_ROOTS = ROOT / "layers" / "core" / "pixelweave_aws" / "amazon-roots.pem"
WARM_CALLS = 40


class Cost:
    """Instructions; `warm` is the mean of one call after the first."""

    def __init__(self, init: int, first: int, warm: int) -> None:
        self.init = init
        self.first = first
        self.warm = warm


class Bench:
    """A workshop and the AWS that its functions call; `env` is what they are given."""

    def __init__(self, workshop: Workshop, aws: FakeAws, env: Mapping[str, str]) -> None:
        self.aws = aws
        self._workshop = workshop
        self._env = env

    def build(self, name: str, app: Path, extra: Sequence[Path] = ()) -> Artefact:
        """Build the function in the file `app`."""
        return self._workshop.build(name, app, self._env, extra)

    def measure(self, artefact: Artefact, event: dict[str, Any], *, warm_calls: int = WARM_CALLS) -> Cost:
        """Count the init, the first call and the mean of `warm_calls` more; raises FunctionError."""
        self._run(artefact, [event], is_counted=False)  # fills the cache of byte-code
        init = self._run(artefact, []).instructions
        first = self._run(artefact, [event]).instructions
        warm = self._run(artefact, [event] * (1 + warm_calls)).instructions
        return Cost(init, first - init, (warm - first) // warm_calls)

    def count_init(self, artefact: Artefact) -> int:
        """Count the init alone; raises FunctionError."""
        self._run(artefact, [], is_counted=False)
        return self._run(artefact, []).instructions

    @staticmethod
    def _run(artefact: Artefact, events: Sequence[dict[str, Any]], *, is_counted: bool = True) -> Run:
        run = run_function(artefact, events, is_counted=is_counted)
        for answer in run.answers:
            if answer["statusCode"] != 200:
                raise FunctionError(f"answered {answer}")
        return run


@contextmanager
def open_bench() -> Iterator[Bench]:
    """A bench in a temporary folder, with a TLS endpoint and a CA bundle as large as the one that is
    deployed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        chain = make_chain(folder)
        bundle = folder / "bundle.pem"
        bundle.write_bytes(AMAZON_ROOTS.read_bytes() + chain.root.read_bytes())
        with FakeAws(chain) as aws:
            aws.items[f"KEY#{KEY}"] = PIXEL_ITEM
            yield Bench(Workshop(folder), aws, _make_env(aws.url, bundle))


def _make_env(url: str, bundle: Path) -> dict[str, str]:
    queue = "https://sqs.eu-west-1.amazonaws.com/000000000000/"
    return {
        "AWS_ACCESS_KEY_ID": "ASIAEXAMPLEEXAMPLE00",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "t" * 900,  # about as long as the one that Lambda gives
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": url,
        "AWS_CA_BUNDLE": str(bundle),
        "AWS_LAMBDA_FUNCTION_NAME": "collect",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "AWS_LAMBDA_LOG_LEVEL": "WARN",
        "PIXEL_TABLE": "pixels",
        "HITS_STREAM": "hits",
        "IDENTIFY_QUEUE_URL": f"{queue}identify",
        "SPILL_QUEUE_URL": f"{queue}spill",
    }
