from django.urls import path

from portfolio.class_overview import views
from portfolio.views.class_sheets import confirmation

app_name = "class_overview"
urlpatterns = [
    path("", views.index, name="index"),
    path("all/", views.school, name="school"),
    path("<int:pk>/", views.school_class, name="class"),
    path("<int:pk>/print/", views.sheets, name="sheets"),
    path("<int:pk>/confirmation/", confirmation, name="confirmation"),
    path("<int:pk>/remind/", views.remind, name="remind"),
    path("<int:pk>/students/<int:student>/", views.student, name="student"),
]
