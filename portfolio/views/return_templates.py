"""The reasons for returning that a certifier keeps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts.models import User
from portfolio.certifying.forms import TemplateForm
from portfolio.certifying.templates import own_of, shared
from portfolio.services import return_templates
from portfolio.views.access import for_certifiers
from portfolio.views.requests import posted

_LIST = "certification:templates"


@require_http_methods(["GET", "HEAD", "POST"])
@for_certifiers
def templates(request: HttpRequest, user: User) -> HttpResponse:
    form = TemplateForm(**posted(request))
    if request.method == "POST" and form.add(by=user, at=clock.now()):
        messages.success(request, _("已新增範本。"))
        return redirect(_LIST)
    context = {"form": form, "own": own_of(user), "shared": shared()}
    return render(request, "certification/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_certifiers
def change(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    template = get_object_or_404(own_of(user), pk=pk)
    form = TemplateForm(**posted(request), initial={"text": template.text})
    if request.method == "POST" and form.change(template, by=user, at=clock.now()):
        messages.success(request, _("已修改範本。"))
        return redirect(_LIST)
    return render(request, "certification/template.html", {"form": form, "template": template})


@require_POST
@for_certifiers
def delete(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    template = get_object_or_404(own_of(user), pk=pk)
    return_templates.delete_template(template, by=user, at=clock.now())
    messages.success(request, _("已刪除範本。"))
    return redirect(_LIST)


@require_POST
@for_certifiers
def move(request: HttpRequest, user: User, pk: int) -> HttpResponse:
    template = get_object_or_404(own_of(user), pk=pk)
    return_templates.move_template(
        template, up=request.POST.get("direction") == "up", by=user, at=clock.now()
    )
    return redirect(_LIST)
