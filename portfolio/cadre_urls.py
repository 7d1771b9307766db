from django.urls import path

from portfolio.views import cadre

app_name = "cadre"
urlpatterns = [
    path("", cadre.records, name="records"),
    path("new/", cadre.new, name="new"),
    path("export/", cadre.export, name="export"),
    path("<int:pk>/", cadre.record, name="record"),
    path("<int:pk>/withdraw/", cadre.withdraw, name="withdraw"),
]
