"""Where the queue of jobs is, and what stops the start."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from tracker import config
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
