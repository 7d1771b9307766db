"""Settings, all chosen by environment variables (README lists them).

Defaults are the production side of safe: DEBUG is off, and secrets must come from the environment.
`make run` and the tests switch DEBUG on and give throw-away keys.
"""

from pathlib import Path

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured

from config.openid_connect import openid_connect

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))

# Secrets: only the environment names them; a DEBUG server may use throw-away ones.
_DEV_SECRET = "development-only-" + "0" * 50
_DEV_DATA_KEY = "ZGV2ZWxvcG1lbnQtb25seS1wZXJzb25hbC1kYXRhLWs="
SECRET_KEY = env.str("SECRET_KEY", default=_DEV_SECRET) if DEBUG else env.str("SECRET_KEY")
# Fernet keys for personal data at rest, newest first; the oldest may be dropped after re-encryption.
PERSONAL_DATA_KEYS: list[str] = (
    env.list("PERSONAL_DATA_KEYS", default=[_DEV_DATA_KEY]) if DEBUG else env.list("PERSONAL_DATA_KEYS")
)
PERSONAL_DATA_HASH_KEY: str = (
    env.str("PERSONAL_DATA_HASH_KEY", default=_DEV_SECRET) if DEBUG else env.str("PERSONAL_DATA_HASH_KEY")
)
# How long the trail is kept: a number and d, m or y; never less than six months.
TRAIL_KEPT = env.str("TRAIL_KEPT", default="5y")
# What the trail is sealed with; its ends are noted in a file that belongs outside the database's reach.
TRAIL_KEY = env.str("TRAIL_KEY", default=PERSONAL_DATA_HASH_KEY)
TRAIL_ANCHORS = Path(env.str("TRAIL_ANCHORS", default=str(DATA_DIR / "trail-anchors.log")))
# Who is told of signs of intrusion; the administrators when nobody is named.
SECURITY_CONTACTS: list[str] = env.list("SECURITY_CONTACTS", default=[])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config",
    "governance",
    "submissions",
    "portfolio",
    "schedules",
    # Before accounts, whose admin leaves out what nobody is to change by hand.
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "accounts",
    "import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.language.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.RequestOriginMiddleware",
    "accounts.known_devices.KnownDevicesMiddleware",
    "accounts.admin_gate.AdminNetworksMiddleware",
    "accounts.session_middleware.IdleSignOutMiddleware",
    "accounts.session_middleware.PasswordDueMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.OneRosterMiddleware",
    "accounts.middleware.DomainErrorMiddleware",
    "accounts.sign_in.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.site",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets pages be read while a write is under way; IMMEDIATE takes the write lock at the start,
    # so that two uploads queue up instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    # A file, not memory: the browser tests' server has threads with connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsableAccountBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.password_validators.CharacterClassesValidator"},
    {"NAME": "accounts.password_validators.PasswordHistoryValidator"},
]

# Sign-in pages (django-allauth): accounts are the school's, nobody signs up.
ACCOUNT_ADAPTER = "accounts.sign_in.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Django's own: allauth's keeps a second list of addresses, which would outlive a change of the account's.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 30 * 60
ACCOUNT_FORMS = {
    "reset_password": "accounts.sign_in.forms.AskForResetForm",
    "reset_password_from_key": "accounts.sign_in.forms.NewPasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords are counted by the account's own lock; these are wrong codes of a second factor.
    "login_failed": "5/15m/key",
    "login": None,
    # A whole school may share one address.
    "reset_password": "60/m/ip,3/15m/key",
    "reset_password_from_key": "60/m/ip",
}
MFA_ADAPTER = "accounts.sign_in.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the addresses are the school's, too
MFA_FORMS = {
    "authenticate": "accounts.sign_in.forms.CodeForm",
    "reauthenticate": "accounts.sign_in.forms.CodeOnceMoreForm",
    "activate_totp": "accounts.sign_in.forms.FirstCodeForm",
    "add_webauthn": "accounts.sign_in.forms.AddPasskeyForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# OpenID Connect: one provider, when OIDC_SERVER_URL names it.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="OpenID Connect")
OIDC_TRUSTED_DOMAINS: list[str] = env.list("OIDC_TRUSTED_DOMAINS", default=[])
OIDC_STUDENT_NUMBER_CLAIM = env.str("OIDC_STUDENT_NUMBER_CLAIM", default="")
OIDC_REQUIRED_CLAIM = env.str("OIDC_REQUIRED_CLAIM", default="")
OIDC_REQUIRED_VALUES: list[str] = env.list("OIDC_REQUIRED_VALUES", default=[])
if bool(OIDC_REQUIRED_CLAIM) != bool(OIDC_REQUIRED_VALUES):
    raise ImproperlyConfigured("OIDC_REQUIRED_CLAIM and OIDC_REQUIRED_VALUES need each other")
OIDC_COUNTS_AS_SECOND_FACTOR = env.bool("OIDC_COUNTS_AS_SECOND_FACTOR", default=False)
SOCIALACCOUNT_ADAPTER = "accounts.sign_in.provider_adapter.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = (
    openid_connect(
        OIDC_SERVER_URL,
        OIDC_NAME,
        env.str("OIDC_CLIENT_ID"),
        env.str("OIDC_CLIENT_SECRET", default=""),
        more_scopes=env.list("OIDC_EXTRA_SCOPES", default=[]),
        in_clear=DEBUG,
    )
    if OIDC_SERVER_URL
    else {}
)

# Counts attempts and remembers used codes for every process, so it is in the database unless Redis is named.
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache_entries")}
if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    # With the usual 300 entries a flood of one kind of attempt would push the counts of another out.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 200_000}

LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
TIME_ZONE = "Asia/Taipei"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Private: nothing below here is ever served by the web server itself.
PRIVATE_FILES_DIR = DATA_DIR / "files"
EXPORTS_DIR = DATA_DIR / "exports"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A folder of our own, so that what a killed process leaves there is known to be ours and swept.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
FILE_UPLOAD_HANDLERS = [
    "accounts.whole_uploads.WholeBodyHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# How much room pictures made from uploads may take; the least recently used go first.
DERIVED_FILES_BYTES = env.int("DERIVED_FILES_BYTES", default=2 * 1024**3)

# Cookies and transport: strict unless DEBUG.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=8 * 3600)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # a view that shows a file inside a page says so itself
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
PROXY_COUNT = env.int("PROXY_COUNT", default=1)
if BEHIND_PROXY:
    if PROXY_COUNT < 1:
        raise ImproperlyConfigured("PROXY_COUNT must be 1 or more where BEHIND_PROXY is on")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

EMAIL_CONFIG = env.email("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'mail'}")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 15  # a mail server that hangs holds nobody up for long
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portfolio@localhost")

# Celery: Redis when CELERY_BROKER_URL says so, else embedded over files.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    CELERY_BROKER_TRANSPORT = "config.embedded_broker:Transport"
    _queue = DATA_DIR / "queue"
    for _name in ("messages", "control", "processed"):
        (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "processed_folder": str(_queue / "processed"),
        "store_processed": False,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A sweep over rows that are due, never an ETA: a task may run twice, late or never without harm.
CELERY_BEAT_SCHEDULE = {
    "materialise-windows": {"task": "schedules.tasks.materialise_windows", "schedule": 3600.0},
    "close-receipt-periods": {"task": "submissions.tasks.close_receipt_periods", "schedule": 300.0},
    "build-waiting-exports": {"task": "submissions.tasks.build_waiting_exports", "schedule": 60.0},
    "tell-leavers": {"task": "portfolio.tasks.tell_leavers", "schedule": 3600.0},
    "build-waiting-archives": {"task": "portfolio.tasks.build_waiting_archives", "schedule": 60.0},
    "sweep-upload-leftovers": {"task": "portfolio.tasks.sweep_upload_leftovers", "schedule": 3600.0},
    "resume-lists": {"task": "portfolio.tasks.resume_lists", "schedule": 60.0},
    "remove-old-lists": {"task": "portfolio.tasks.remove_old_lists", "schedule": 3600.0},
    # Reminders fall due at midnight; the other runs find who has come to be concerned since.
    "remind-closing-windows": {"task": "schedules.tasks.remind_closing_windows", "schedule": 6 * 3600.0},
    "tell-certifiers": {"task": "portfolio.tasks.tell_certifiers", "schedule": 3600.0},
    "remind-certifiers": {"task": "portfolio.tasks.remind_certifiers", "schedule": 6 * 3600.0},
    "remind-unconfirmed-receipts": {"task": "submissions.tasks.remind_unconfirmed", "schedule": 6 * 3600.0},
    "announce-delegations": {"task": "accounts.tasks.announce_delegations", "schedule": 1800.0},
    "link-trail": {"task": "accounts.tasks.link_trail", "schedule": 120.0},
    "check-trail": {"task": "accounts.tasks.check_trail", "schedule": 24 * 3600.0},
    "forget-failures": {"task": "accounts.tasks.forget_failures", "schedule": 3600.0},
    "report-signs": {"task": "accounts.tasks.report_signs", "schedule": 300.0},
    "mail-notices": {"task": "accounts.tasks.mail_notices", "schedule": 120.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("pikepdf", "weasyprint", "fontTools")},
}
