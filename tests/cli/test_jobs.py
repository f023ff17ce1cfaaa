"""Where the queue of jobs is, what stops the start, and the runner kept beside the server."""

from __future__ import annotations

import signal
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tracker import config
from tracker.cli import job as cli
from tracker.config import ConfigurationError

POSTGRES = "postgresql://hangtag@localhost/hangtag"


@pytest.mark.parametrize(
    ("database", "jobs", "queue"),
    [
        ("", "", "sqlite:///{folder}/jobs.queue"),
        (POSTGRES, "", POSTGRES),
        (POSTGRES, "sqlite:////var/queue", "sqlite:////var/queue"),
    ],
)
def test_the_queue_is_beside_the_database_or_where_jobs_url_says(
    tmp_path: Path, database: str, jobs: str, queue: str
):
    settings = config.load(database_url=database, jobs_url=jobs, data_dir=tmp_path)
    assert settings.queue_url == queue.format(folder=tmp_path)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"jobs_url": "amqp://localhost"}, "JOBS_URL must begin with redis:"),
        ({"job_memory_mb": 1}, "JOB_MEMORY_MB"),
        ({"export_days": 0}, "EXPORT_DAYS"),
    ],
)
def test_a_bad_value_stops_the_start_with_a_sentence(
    tmp_path: Path, setting: dict[str, object], sentence: str
):
    with pytest.raises(ConfigurationError, match=sentence):
        config.load(data_dir=tmp_path, **setting)


@pytest.mark.skipif(find_spec("redis") is not None, reason="the package redis is installed")
def test_redis_without_its_package_says_what_to_install(tmp_path: Path):
    with pytest.raises(ConfigurationError, match="install the package redis"):
        config.load(data_dir=tmp_path, jobs_url="redis://localhost:6379/0")


def test_a_server_stops_though_its_runner_has_just_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cli, "_beside", lambda _app: None)
    keeper = cli.Keeper(None)
    keeper._runner.join()
    keeper.stop()
    assert not keeper._thread.is_alive()


def test_a_runner_begun_while_the_server_stops_ends_with_it(monkeypatch: pytest.MonkeyPatch):
    kept, is_beginning, go_on = [], threading.Event(), threading.Event()
    begin = cli.Keeper._begun

    def begun(keeper: Any) -> Any:
        if kept:
            is_beginning.set()
            go_on.wait()
            monkeypatch.setattr(cli, "_beside", lambda _app: signal.pause())
        kept.append(begin(keeper))
        return kept[-1]

    monkeypatch.setattr(cli, "_beside", lambda _app: None)
    monkeypatch.setattr(cli.Keeper, "_begun", begun)
    keeper = cli.Keeper(None)
    is_beginning.wait()
    stopping = threading.Thread(target=keeper.stop)
    stopping.start()
    keeper._is_stopping.wait()
    go_on.set()
    stopping.join()
    assert [runner.is_alive() for runner in kept] == [False, False]
