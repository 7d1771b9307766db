"""Where every page lives; the paths are part of what schools rely on."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views
from accounts.admin_gate import sign_in_elsewhere
from config.health import healthz, readyz

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("announcements/", include("accounts.announcements.urls")),
    path("accounts/", include("accounts.sign_in.urls")),
    path("people/import/", include("portfolio.list_import_urls")),
    path("people/", include("accounts.people_urls")),
    path("schedule/", include("schedules.urls")),
    path("portfolio/", include("portfolio.urls")),
    path("certification/", include("portfolio.certification_urls")),
    path("class/", include("portfolio.class_overview.urls")),
    path("consultations/", include("portfolio.consultations.urls")),
    path("cadre/", include("portfolio.cadre_urls")),
    path("record-reports/", include("portfolio.record_report_urls")),
    path("proxy/", include("portfolio.proxy_urls")),
    path("", include("submissions.urls")),
    path("admin/login/", sign_in_elsewhere),
    path("admin/password_change/", RedirectView.as_view(pattern_name="accounts:password_change")),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz),
]
