from django.urls import path

from portfolio.views import certification

app_name = "certification"
urlpatterns = [
    path("", certification.queue, name="queue"),
    path("<int:pk>/", certification.outcome, name="outcome"),
    path("<int:pk>/certify/", certification.certify, name="certify"),
    path("<int:pk>/return/", certification.return_to_student, name="return"),
]
