"""One name for /submissions/ of the offices, /receipts/, and the receipts under /proxy/."""

from django.urls import path

from submissions.views import batches, exports, periods, proxies, receipts, steps

app_name = "submissions"
urlpatterns = [
    path("submissions/", batches.batch_list, name="batches"),
    path("submissions/new/", batches.new_batch, name="new_batch"),
    path("submissions/<int:pk>/", batches.batch_detail, name="batch"),
    path("submissions/<int:pk>/rows/", batches.batch_rows, name="rows"),
    path("submissions/<int:pk>/freeze/", steps.freeze, name="freeze"),
    path("submissions/<int:pk>/exports/", exports.progress, name="exports"),
    path("submissions/<int:pk>/exports/build/", exports.build, name="build_exports"),
    path("submissions/exports/<int:pk>/download/", exports.hand_out, name="download"),
    path("submissions/<int:pk>/submitted/", steps.submitted, name="submitted"),
    path("submissions/<int:pk>/import/", steps.import_file, name="import"),
    path("submissions/<int:pk>/imports/<int:number>/", steps.import_result, name="import_result"),
    path("submissions/<int:pk>/open-period/", steps.open_period, name="open_period"),
    path("submissions/<int:pk>/practice-receipts/", exports.practice_receipts, name="practice_receipts"),
    path("proxy/<int:student>/receipts/<int:pk>/", proxies.receipt, name="proxy_receipt"),
    path("proxy/<int:student>/receipts/<int:pk>/report/", proxies.report, name="proxy_report"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/manage/", periods.periods, name="periods"),
    path("receipts/manage/<int:pk>/", periods.period, name="period"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("receipts/<int:pk>/confirm/", receipts.confirm, name="confirm"),
    path("receipts/<int:pk>/report/", receipts.report, name="report"),
]
