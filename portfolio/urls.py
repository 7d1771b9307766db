from django.urls import path

from portfolio.views import files, outcomes, overview, performances, records, selection

app_name = "portfolio"
urlpatterns = [
    path("", overview.index, name="index"),
    path("outcomes/new/", outcomes.new, name="outcome_new"),
    path("outcomes/<int:pk>/", outcomes.detail, name="outcome"),
    path("outcomes/<int:pk>/edit/", outcomes.edit, name="outcome_edit"),
    path("outcomes/<int:pk>/withdraw/", outcomes.withdraw, name="outcome_withdraw"),
    path("performances/new/", performances.choose, name="performance_choose"),
    path("performances/new/<slug:category>/", performances.new, name="performance_new"),
    path("performances/<int:pk>/", performances.detail, name="performance"),
    path("performances/<int:pk>/withdraw/", performances.withdraw, name="performance_withdraw"),
    path("selection/", selection.selection, name="selection"),
    path("records/", records.records, name="records"),
    path("records/<slug:kind>/<int:pk>/report/", records.report, name="record_report"),
    path("files/<int:pk>/", files.serve, name="file"),
]
