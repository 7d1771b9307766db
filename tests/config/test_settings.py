"""What the environment says is strict by default, and refused where it makes no sense."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SECRETS = {
    "SECRET_KEY": "invented-" + "k" * 50,
    "PERSONAL_DATA_KEYS": "ZGV2ZWxvcG1lbnQtb25seS1wZXJzb25hbC1kYXRhLWs=",
    "PERSONAL_DATA_HASH_KEY": "invented-hash-key",
    "ALLOWED_HOSTS": "portfolio.example.edu.tw",
}


def installed_with(
    tmp_path: Path, *shown: str, without: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Read the settings as an installation does, and print those `shown`."""
    command = f"from config import settings; print(*[getattr(settings, name) for name in {shown!r}])"
    told = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **SECRETS, **environment}
    told.pop(without, None)
    return subprocess.run(
        [sys.executable, "-c", command], env=told, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


def test_d3_cookies_and_transport_are_strict_unless_somebody_says_otherwise(tmp_path):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT")
    assert installed_with(tmp_path, *names).stdout.split() == ["True"] * 4
    assert installed_with(tmp_path, "SECURE_HSTS_SECONDS").stdout.strip() == "31536000"
    assert installed_with(tmp_path, "DEBUG", "BEHIND_PROXY").stdout.split() == ["False"] * 2


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PERSONAL_DATA_KEYS", "PERSONAL_DATA_HASH_KEY"])
def test_no_installation_runs_without_secrets_of_its_own(tmp_path, missing):
    refused = installed_with(tmp_path, without=missing)
    assert f"Set the {missing} environment variable" in refused.stderr


@pytest.mark.parametrize(
    "environment, named",
    [
        ({"BEHIND_PROXY": "1", "PROXY_COUNT": "0"}, "PROXY_COUNT"),
        ({"OIDC_REQUIRED_CLAIM": "hd"}, "OIDC_REQUIRED_VALUES"),
        ({"OIDC_REQUIRED_VALUES": "example.edu.tw"}, "OIDC_REQUIRED_CLAIM"),
    ],
)
def test_settings_that_would_leave_a_door_open_are_refused(tmp_path, environment, named):
    refused = installed_with(tmp_path, **environment)
    assert refused.returncode != 0
    assert named in refused.stderr.splitlines()[-1]


def test_the_providers_scopes_and_claim_come_from_the_environment(tmp_path):
    told = {
        "OIDC_SERVER_URL": "https://sso.example.edu.tw",
        "OIDC_CLIENT_ID": "platform",
        "OIDC_EXTRA_SCOPES": "school,titles",
        "OIDC_REQUIRED_CLAIM": "school",
        "OIDC_REQUIRED_VALUES": "193302,193302-N",
    }
    shown = installed_with(tmp_path, "SOCIALACCOUNT_PROVIDERS", "OIDC_REQUIRED_VALUES", **told).stdout
    assert "'scope': ['openid', 'profile', 'email', 'school', 'titles']" in shown
    assert "['193302', '193302-N']" in shown
