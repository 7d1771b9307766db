"""Offices and students around a batch, and browsers in which they are signed in."""

import pytest

from tests.submissions.scene import Scene


@pytest.fixture
def scene():
    """A day division whose batch is roster 26 of year 112."""
    return Scene()


@pytest.fixture
def office(scene, client_of):
    """The browser of the office that submits the roster."""
    return client_of(scene.office)


@pytest.fixture
def registry(scene, client_of):
    """The browser of whoever runs the receipt confirmation."""
    return client_of(scene.registry)
