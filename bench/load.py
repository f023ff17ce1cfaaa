"""Clients that keep their connections and post as fast as they are answered."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

JSON = {"Content-Type": "application/json"}
REQUESTS = {1: 60, 16: 12}
"""By how many clients: the requests of each in a round."""


@dataclass(frozen=True)
class Round:
    """A rate a second, the 99th percentile in seconds, and how many were not answered by 2xx."""

    rate: float
    p99: float
    failed: int


def answers(port: int, path: str) -> bool:
    """Return whether a server answers."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
            line.request("GET", path)
            return line.getresponse().status == 200
    except OSError:
        return False


def one(port: int, path: str, body: Any, headers: Mapping[str, str]) -> None:
    """Post one body; anything but 200 is an error."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as line:
        line.request("POST", path, json.dumps(body), {**headers, **JSON})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")


def posts(
    port: int, path: str, body: Callable[[], Any], headers: Mapping[str, str], clients: int
) -> Round:
    """Post fresh bodies from so many clients at once."""

    def client(_number: int) -> list[tuple[float, bool]]:
        took = []
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            for _ in range(REQUESTS[clients]):
                text = json.dumps(body())
                start = time.perf_counter()
                line.request("POST", path, text, {**headers, **JSON})
                answer = line.getresponse()
                answer.read()
                took.append((time.perf_counter() - start, answer.status < 300))
        return took

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = [one for took in pool.map(client, range(clients)) for one in took]
    spent = time.perf_counter() - start
    times = sorted(seconds for seconds, _ in found)
    failed = sum(not is_good for _, is_good in found)
    return Round(len(found) / spent, times[int(len(times) * 0.99)], failed)
