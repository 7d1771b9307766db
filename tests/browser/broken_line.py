"""A line to the server that breaks when it is told to, as lines to telephones do."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit

_CHUNK = 64 * 1024
_RESET = struct.pack("ii", 1, 0)  # closing sends a reset: no polite end


class Line:
    """Listens beside the server and passes everything on; at `breaks_after` sent bytes a connection dies."""

    def __init__(self, server: str) -> None:
        address = urlsplit(server)
        self._server = (address.hostname, address.port)
        self._listener = socket.create_server(("localhost", 0))
        # What the machine keeps for a slow reader would count as sent.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _CHUNK)
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self.breaks_after: int | None = None

    def run(self) -> None:
        with suppress(OSError):  # closed: the test is over
            while True:
                client, __ = self._listener.accept()
                server = socket.create_connection(self._server)
                Thread(target=self._send, args=(client, server), daemon=True).start()
                Thread(target=_answer, args=(server, client), daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _send(self, client: socket.socket, server: socket.socket) -> None:
        sent = 0
        with suppress(OSError), client, server:
            while chunk := client.recv(_CHUNK):
                server.sendall(chunk)
                sent += len(chunk)
                if self.breaks_after is not None and sent >= self.breaks_after:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                    return


def _answer(server: socket.socket, client: socket.socket) -> None:
    with suppress(OSError):
        while chunk := server.recv(_CHUNK):
            client.sendall(chunk)
        client.shutdown(socket.SHUT_WR)


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    line = Line(server)
    Thread(target=line.run, daemon=True).start()
    yield line
    line.close()
