from django.urls import path

from portfolio.consultations import views

app_name = "consultations"
urlpatterns = [
    path("", views.record_list, name="list"),
    path("coverage/", views.coverage, name="coverage"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
