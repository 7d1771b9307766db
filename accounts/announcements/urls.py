from django.urls import path

from accounts.announcements import views

app_name = "announcements"
urlpatterns = [
    path("", views.own, name="list"),
    path("manage/", views.manage, name="manage"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
