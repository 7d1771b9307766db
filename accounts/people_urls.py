from django.urls import path

from accounts import absence_views, slip_views, student_views

app_name = "people"
urlpatterns = [
    path("absences/", absence_views.absences, name="absences"),
    path("absences/<int:pk>/end/", absence_views.end, name="end_absence"),
    path("slips/", slip_views.class_list, name="slips"),
    path("slips/<int:pk>/", slip_views.class_slips, name="class_slips"),
    path("students/", student_views.student_list, name="students"),
    path("students/<int:pk>/", student_views.student_detail, name="student"),
    path("students/<int:pk>/account/", student_views.reactivate_account, name="reactivate"),
    path("students/<int:pk>/changes/", student_views.add_change, name="add_change"),
    path("students/<int:pk>/national-id/", student_views.national_id, name="national_id"),
]
