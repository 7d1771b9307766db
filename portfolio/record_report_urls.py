from django.urls import path

from portfolio.views import record_reports

app_name = "record_reports"
urlpatterns = [
    path("", record_reports.reports, name="list"),
    path("<int:pk>/", record_reports.report, name="answer"),
]
