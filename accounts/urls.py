from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("idle/", views.idle, name="idle"),
    path("language/", views.choose_language, name="choose_language"),
    path("notices/", views.notice_list, name="notices"),
    path("notices/mail/", views.choose_mail, name="choose_mail"),
    path("notices/read/", views.read_notices, name="read_notices"),
]
