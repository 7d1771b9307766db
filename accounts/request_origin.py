"""Where the request at hand comes from, for the trail; nothing outside a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("request_address", default=None)


def address() -> str | None:
    """The client's IP address while a request is served, else None (a task, a command)."""
    return _address.get()


@contextmanager
def serving(client: str | None) -> Iterator[None]:
    """Everything recorded inside the block comes from `client`."""
    token = _address.set(client)
    try:
        yield
    finally:
        _address.reset(token)
