from django.urls import path

from portfolio.views import list_headings, list_import

app_name = "list_import"
urlpatterns = [
    path("", list_import.upload, name="upload"),
    path("<int:pk>/", list_import.review, name="review"),
    path("<int:pk>/progress/", list_import.progress, name="progress"),
    path("<int:pk>/confirm/", list_import.confirm_view, name="confirm"),
    path("<int:pk>/drop/", list_import.drop_view, name="drop"),
    path("<int:pk>/headings/", list_headings.questions, name="questions"),
    path("headings/<slug:act>/", list_headings.headings, name="headings"),
    path("template/<slug:act>/", list_import.template, name="template"),
]
