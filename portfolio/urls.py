from django.urls import path

from portfolio.archives import views as archives
from portfolio.consultations import views as consultations
from portfolio.views import drafts, files, outcomes, overview, performances, receipts, records, selection

app_name = "portfolio"
urlpatterns = [
    path("", overview.index, name="index"),
    path("outcomes/new/", outcomes.new, name="outcome_new"),
    path("outcomes/<int:pk>/", outcomes.detail, name="outcome"),
    path("outcomes/<int:pk>/edit/", outcomes.edit, name="outcome_edit"),
    path("outcomes/<int:pk>/withdraw/", outcomes.withdraw, name="outcome_withdraw"),
    path("outcomes/<int:pk>/receipt/", receipts.outcome, name="outcome_receipt"),
    path("performances/new/", performances.choose, name="performance_choose"),
    path("performances/new/<slug:category>/", performances.new, name="performance_new"),
    path("performances/<int:pk>/", performances.detail, name="performance"),
    path("performances/<int:pk>/receipt/", receipts.performance, name="performance_receipt"),
    path("performances/<int:pk>/withdraw/", performances.withdraw, name="performance_withdraw"),
    path("drafts/", drafts.save, name="draft_save"),
    path("drafts/<int:pk>/", drafts.detail, name="draft"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="draft_discard"),
    path("selection/", selection.selection, name="selection"),
    path("selection/compare/", selection.compare, name="selection_compare"),
    path("selection/sheet/", selection.sheet, name="selection_sheet"),
    path("archive/", archives.archive, name="archive"),
    path("archive/new/", archives.ask, name="archive_ask"),
    path("archive/<int:pk>/", archives.hand_out, name="archive_file"),
    path("consultations/", consultations.own, name="consultations"),
    path("records/", records.records, name="records"),
    path("records/<slug:kind>/<int:pk>/report/", records.report, name="record_report"),
    path("files/<int:pk>/", files.serve, name="file"),
    path("files/<int:pk>/thumbnail/", files.thumbnail, name="thumbnail"),
]
