"""A real OpenID Connect provider in a process of its own, and the round trip of a browser through it."""

import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import Client

WAIT = 30


@dataclass
class Provider:
    """The provider at `url`; `stop` ends its process."""

    process: subprocess.Popen
    url: str

    def has(self, sub: str, **claims: Any) -> str:
        """Somebody with an account there, from now on with these claims."""
        requests.put(f"{self.url}/users/{sub}", json=claims, timeout=WAIT).raise_for_status()
        return sub

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(WAIT)


def start() -> Provider:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    provider = Provider(process, f"http://127.0.0.1:{port}")
    deadline = time.monotonic() + WAIT
    while not _answers(provider.url):
        if process.poll() is not None or time.monotonic() > deadline:
            provider.stop()
            raise RuntimeError("the OpenID Connect provider did not start")
        time.sleep(0.1)
    return provider


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/.well-known/openid-configuration", timeout=1).ok
    except requests.ConnectionError:
        return False


def sign_in_through(client: Client, start_url: str, sub: str, **data: str) -> Any:
    """Press the button on the sign-in page, sign in as `sub` at the provider, follow the way back."""
    there = client.post(start_url, data)
    assert there.status_code == 302
    back = requests.post(there.headers["Location"], data={"sub": sub}, allow_redirects=False, timeout=WAIT)
    address = urlsplit(back.headers["Location"])
    return client.get(f"{address.path}?{address.query}")
