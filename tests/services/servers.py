"""Real PostgreSQL and Redis servers on loopback for the tests of the stores: `make test-services`.

A server on the PATH (or where Debian puts PostgreSQL's) is taken; else Debian's package is fetched and unpacked into
build/services, which needs neither root nor an installation. All data lie in a temporary folder and go with it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
FETCHED = ROOT / "build" / "services"
PACKAGES = {"postgres": ("postgresql-15",), "redis-server": ("redis-server", "redis-tools", "libjemalloc2", "liblzf1")}
SUITE = (
    "tests/dialogue/test_store.py",
    "tests/dialogue/test_forgetting.py",
    "tests/dialogue/test_locks.py",
    "tests/deploy/test_replicas.py",
    "tests/dialogue/outbox",
    "tests/dialogue/adapters/test_registry.py",
    "tests/dialogue/adapters/test_outcomes.py",
    "tests/dialogue/after_call/test_worker.py",
)
STARTS_WITHIN_S, ENDS_WITHIN_S = 30.0, 20.0


def main() -> int:
    """Start both, run the suite against them, stop them, also where this is terminated; the suite's exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with ExitStack() as servers:
        environment = dict(os.environ)
        environment["XIANGYIN_TEST_POSTGRES"] = servers.enter_context(postgres())
        environment["XIANGYIN_TEST_REDIS"] = servers.enter_context(redis())
        print(f"PostgreSQL {environment['XIANGYIN_TEST_POSTGRES']}, Redis {environment['XIANGYIN_TEST_REDIS']}", flush=True)
        command = [sys.executable, "-m", "pytest", *(sys.argv[1:] or SUITE)]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own; its SQLAlchemy URL."""
    programs = _program("postgres").parent
    port = _free_port()
    with _folder("postgres") as (folder, user):
        _run([str(programs / "initdb"), "-D", str(folder / "data"), "-U", "xiangyin", "-A", "trust", "-E", "UTF8"], user)
        settings = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=on"]
        with _server([str(programs / "postgres"), "-D", str(folder / "data"), *settings], port, folder, user):
            _run([str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "xiangyin", "xiangyin"], user)
            yield f"postgresql+psycopg://xiangyin@127.0.0.1:{port}/xiangyin"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of its own; its URL."""
    port = _free_port()
    with _folder("redis") as (folder, user):
        command = [str(_program("redis-server")), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        with _server(command, port, folder, user):
            yield f"redis://127.0.0.1:{port}/0"


def _program(name: str) -> Path:
    """Where a server lies; fetched when the machine has none."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *(FETCHED / "usr/bin",)]
    places += sorted(FETCHED.glob("usr/lib/postgresql/*/bin"))
    found = shutil.which(name)
    for place in [Path(found).resolve().parent] if found else places:
        if (place / name).exists():
            return place / name
    _fetch(PACKAGES[name])
    fetched = [place for place in (FETCHED / "usr/bin", *FETCHED.glob("usr/lib/postgresql/*/bin")) if (place / name).exists()]
    if not fetched:
        sys.exit(f"{name} is neither on the PATH nor in Debian's packages {', '.join(PACKAGES[name])}; install it and try again")
    return fetched[0] / name


def _fetch(packages: tuple[str, ...]) -> None:
    FETCHED.mkdir(parents=True, exist_ok=True)
    print(f"fetching Debian's {', '.join(packages)} into {FETCHED.relative_to(ROOT)} ...", flush=True)
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        sys.exit(f"install {packages[0]} and put it on the PATH: this machine has no apt-get to fetch it with")
    subprocess.run(["apt-get", "download", *packages], cwd=FETCHED, check=True, capture_output=True)
    for archive in FETCHED.glob("*.deb"):
        subprocess.run(["dpkg", "-x", archive.name, "."], cwd=FETCHED, check=True)


@contextmanager
def _folder(name: str) -> Iterator[tuple[Path, str | None]]:
    """A temporary folder and who is to own it: PostgreSQL refuses to run as root."""
    user = "nobody" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix=f"xiangyin-{name}-") as path:
        if user:
            shutil.chown(path, user)
        yield Path(path), user


@contextmanager
def _server(command: list[str], port: int, folder: Path, user: str | None) -> Iterator[None]:
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, user=user, env=_environment(), cwd=folder, start_new_session=True
        )
    try:
        _wait(port, process, log)
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for every client that is still connected."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as peer:
            if peer.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _run(command: list[str], user: str | None) -> None:
    done = subprocess.run(command, user=user, env=_environment(), cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr[-2000:]}")


def _environment() -> dict[str, str]:
    libraries = ":".join(str(path) for path in FETCHED.glob("usr/lib/*-linux-gnu"))
    return {**os.environ, "LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": libraries} if libraries else {**os.environ, "LC_ALL": "C.UTF-8"}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
