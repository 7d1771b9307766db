"""Messages over a folder are whole, whoever looks when."""

import time
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from typing import Any

from kombu import Connection

from config.embedded_broker import Transport

MESSAGES = 400


def connection(folder: str) -> Connection:
    options = {
        "data_folder_in": f"{folder}/m",
        "data_folder_out": f"{folder}/m",
        "control_folder": f"{folder}/c",
    }
    return Connection("filesystem://", transport=Transport, transport_options=options)


def open_channel(broker: Connection) -> Any:
    """The channel with its inner verbs, which the type stubs hide."""
    return broker.channel()


def write(folder: str) -> None:
    with connection(folder) as broker, broker.SimpleQueue("celery") as queue:
        for number in range(MESSAGES):
            queue.put({"number": number, "padding": "字" * 2000})


def read_all(folder: str) -> None:
    """Read, as busily as can be, until every message has come."""
    seen, end = 0, time.monotonic() + 60
    with connection(folder) as broker, open_channel(broker) as channel:
        while seen < MESSAGES:
            with suppress(Empty):
                channel._get("celery")
                seen += 1
            assert time.monotonic() < end, f"only {seen} of {MESSAGES} messages came"


def test_a_reader_never_meets_half_a_message(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    writer = get_context("spawn").Process(target=write, args=(str(tmp_path),))
    writer.start()
    read_all(str(tmp_path))
    writer.join()
    assert writer.exitcode == 0


def test_a_second_binding_keeps_the_first_and_a_repeated_one_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    with connection(str(tmp_path)) as broker:
        channel = open_channel(broker)
        for queue in ("one", "two", "one"):
            channel._queue_bind("school", "key", "", queue)
        assert sorted(row.queue for row in channel.get_table("school")) == ["one", "two"]
