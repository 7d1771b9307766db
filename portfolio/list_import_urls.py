from django.urls import path

from portfolio.views import list_import

app_name = "list_import"
urlpatterns = [
    path("", list_import.upload, name="upload"),
    path("review/", list_import.review, name="review"),
    path("template/<slug:act>/", list_import.template, name="template"),
]
