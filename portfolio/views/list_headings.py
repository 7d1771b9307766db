"""What the headings of a school's files stand for: asked once for a file, and to be looked at and changed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import ListHeading
from accounts.requests import signed_in
from accounts.services.list_headings import forget, remember
from portfolio.list_heading_forms import QuestionsForm, RememberedForm
from portfolio.list_report import KeptReport
from portfolio.list_upload import LISTS
from portfolio.services.list_uploads import Stage, answer
from portfolio.views.list_import import carry_on, offered_lists, own_upload
from portfolio.views.requests import posted


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The headings of an upload that nobody knows yet."""
    upload, now = own_upload(request, pk), clock.now()
    summary = KeptReport(upload.file).summary() if upload.stage == Stage.CHECKED else None
    if summary is None or not summary.questions:
        return redirect("list_import:review", pk)
    free = [column for column in LISTS[upload.act].kind.columns if column.name in summary.free]
    form = QuestionsForm(**posted(request), questions=summary.questions, free=free)

    def answered() -> bool:
        answer(upload, form.choices, by=signed_in(request), at=now)
        carry_on(upload, now)
        return True

    if form.accepted_by(answered):
        return redirect("list_import:review", pk)
    context = {"upload": upload, "list": LISTS[upload.act], "form": form, "free": free}
    return render(request, "list_import/questions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def headings(request: HttpRequest, act: str) -> HttpResponse:
    """What is remembered of one list."""
    offered, now = offered_lists(request).get(act), clock.now()
    if offered is None:
        raise Http404
    known = list(ListHeading.objects.filter(act=act).select_related("set_by"))
    columns, by = offered.kind.columns, signed_in(request)
    form = RememberedForm(**posted(request), known=known, columns=columns)

    def saved() -> bool:
        remember(act, form.changed, columns=columns, by=by, at=now)
        forget(act, form.forgotten, by=by, at=now)
        return True

    if form.accepted_by(saved):
        messages.success(request, _("欄位對應已更新。"))
        return redirect("list_import:headings", act)
    return render(request, "list_import/headings.html", {"form": form, "list": offered})
