"""Two questions a monitor asks: is the process alive, and could it do its work right now?"""

import logging
import tempfile
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: answers without touching anything else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: 200 when database, private files and broker can be used, else 503.

    The body is `{"database": true, "files": true, "broker": false}`; why something fails goes to
    the log only, because anybody may ask.
    """
    state = {name: _works(name, check) for name, check in CHECKS.items()}
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def _works(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever is wrong with a dependency, the answer is "not ready"
        logger.exception("not ready: %s", name)
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _files() -> None:
    settings.PRIVATE_FILES_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.PRIVATE_FILES_DIR) as probe:
        probe.write(b"ready?")
        probe.flush()


def _broker() -> None:
    with current_app.connection_for_write(connect_timeout=2) as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "files": _files, "broker": _broker}
