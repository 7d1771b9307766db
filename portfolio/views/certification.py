"""The certifier's queue, and what is done there to several outcomes at once."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.models import User
from portfolio import certification_queries as queries
from portfolio.certification_authority import CertificationChains
from portfolio.certification_ends import CertificationEnds
from portfolio.certifying import desk, waiting_notes
from portfolio.certifying.forms import TickedForm
from portfolio.certifying.progress import classes_in, progress_of, tabs_of
from portfolio.models import PortfolioPolicy
from portfolio.near_windows import near
from portfolio.services.pending_decisions import publish as publish_decisions
from portfolio.views.access import for_certifiers
from portfolio.views.queue_requests import decides_later, wanted_part
from portfolio.views.requests import number, posted

PAGE_LENGTH, PAGE_LENGTHS = 50, (50, 100, 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_certifiers
def queue(request: HttpRequest, user: User) -> HttpResponse:
    """The outcomes that the person certifies now; posting certifies those that are ticked."""
    form = TickedForm(**posted(request))
    if request.method == "POST":
        later = decides_later(request)
        count = form.certify(by=user, at=clock.now(), later=later)
        if count is not None:
            said = _("已存下 %(count)d 件的認證決定，還沒有發布。") if later else _("已認證 %(count)d 件。")
            messages.success(request, said % {"count": count})
            return redirect(request.get_full_path())
    return render(request, "certification/queue.html", _context(request, user, form))


@require_POST
@for_certifiers
def publish(request: HttpRequest, user: User) -> HttpResponse:
    count = len(publish_decisions(by=user, at=clock.now()))
    if count:
        messages.success(request, _("已發布 %(count)d 件決定並通知學生。") % {"count": count})
    else:
        messages.info(request, _("目前沒有可以發布的決定。"))
    return redirect("certification:queue")


def _context(request: HttpRequest, user: User, form: TickedForm) -> dict[str, Any]:
    now = clock.now()
    chains = CertificationChains(now)
    own = queries.sections_certified_by(user, now, chains)
    progress, wanted, ends = progress_of(own, chains), wanted_part(request, own), CertificationEnds(own)
    page = Paginator(desk.queue_of(own, wanted), _page_length(request)).get_page(request.GET.get("page"))
    return {
        "page_obj": page,
        "rows": desk.rows_of(page, ends, user, now),
        "progress": progress,
        "classes": classes_in(progress),
        "handed_on": queries.handed_on_by(user, now, chains),
        "wanted": wanted,
        "chosen": next((row for row in progress if row.section.pk == wanted.section), None),
        "tabs": [(wanted.to(state), state, count) for state, count in tabs_of(progress, wanted).items()],
        "windows": near(ends.windows, now, note=waiting_notes.of(ends, now)),
        "unpublished": desk.unpublished_by(user, own, ends, now),
        "policy": PortfolioPolicy.current(),
        "form": form,
        "ticked": form.ticked,
        "ticks_seen": request.GET.get("tick") == "seen",
        "page_lengths": PAGE_LENGTHS,
        "queue_address": reverse("certification:queue"),
    }


def _page_length(request: HttpRequest) -> int:
    asked = number(request, "per")
    return asked if asked in PAGE_LENGTHS else PAGE_LENGTH
