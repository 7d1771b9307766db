from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, demo_sign_ins, language, session_limits
from accounts.forms import MailChoiceForm, OwnPasswordForm, SignInForm
from accounts.models import MailPreference, Notice, User
from accounts.models.reminders import MailChoice
from accounts.panels import Visitor, panels_for
from accounts.requests import signed_in
from accounts.services import languages, notices
from accounts.services.passwords import set_password
from accounts.session_limits import password_is_due
from accounts.sign_in.provider import provider_link

NOTICES_SHOWN = 4
NOTICES_A_PAGE = 50


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What this person can do now, and until when."""
    user = signed_in(request)
    unread = Notice.objects.filter(user=user, read_at=None)[:NOTICES_SHOWN]
    panels = panels_for(Visitor(user, clock.now()))
    return render(request, "accounts/home.html", {"panels": panels, "notices": unread})


@require_safe
@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """Everything the person was told, newest first."""
    page = Paginator(Notice.objects.filter(user=signed_in(request)), NOTICES_A_PAGE).get_page(
        request.GET.get("page")
    )
    preference = MailPreference.objects.filter(user=signed_in(request)).first()
    form = MailChoiceForm(initial={"choice": preference.choice if preference else MailChoice.EACH})
    return render(request, "accounts/notices.html", {"page_obj": page, "form": form})


@require_POST
@login_required
def choose_mail(request: HttpRequest) -> HttpResponse:
    """How notices come by e-mail."""
    form = MailChoiceForm(request.POST)
    if form.is_valid():
        notices.choose_mail(signed_in(request), form.cleaned_data["choice"])
        messages.success(request, _("通知信的設定已儲存。"))
    else:
        messages.error(request, _("通知信的設定沒有儲存，請選擇其中一種。"))
    return redirect("accounts:notices")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """From now on pages are in the language that was chosen; back to where the choice was made."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if is_ours else "home")
    if language.is_offered(chosen):
        language.keep(response, chosen)
        if isinstance(request.user, User):
            languages.choose_language(request.user, chosen)
    return response


@require_POST
@login_required
def read_notices(request: HttpRequest) -> HttpResponse:
    notices.mark_read(signed_in(request), at=clock.now())
    return redirect("home")


class SignInView(auth_views.LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """On to the second factor, for those who have one."""
        login = Login(user=form.get_user(), redirect_url=self.get_success_url())
        return perform_password_login(self.request, {}, login)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = demo_sign_ins.PEOPLE.items() if settings.DEBUG else None
        return super().get_context_data(demo_sign_ins=demo, provider=provider_link(), **kwargs)


class PasswordChangeView(auth_views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = OwnPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """This session goes on; every other one of the account ends."""
        user = signed_in(self.request)
        set_password(user, form.cleaned_data["new_password1"], by=user, at=clock.now())
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("密碼已更改。"))
        return redirect(self.get_success_url())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due = password_is_due(self.request.session, signed_in(self.request), clock.now())
        return super().get_context_data(is_due=due, **kwargs)


@never_cache
@require_http_methods(["GET", "POST"])
def idle(request: HttpRequest) -> HttpResponse:
    """How many seconds the session may still stand idle; asked by POST, the whole time anew."""
    if request.method == "POST":
        session_limits.extend(request.session, timezone.now())
    return JsonResponse({"left": session_limits.seconds_left(request.session)})
