"""The console's addresses: the doors, and every page that the rooms have declared."""

from django.urls import path

from regulars.faces.console import doors
from regulars.faces.console.start import start_link_page, start_page
from regulars.foundation.webkit.pages import NAMESPACE, guarded
from regulars.foundation.webkit.screens import screens_known

app_name = NAMESPACE

urlpatterns = [
    path("start/", start_page, name="start"),
    path("start/<str:code>/", start_link_page, name="start-link"),
    path("sign-in/", doors.SignIn.as_view(), name="sign-in"),
    path("second-step/", doors.second_step, name="second-step"),
    path("sign-out/", doors.sign_out, name="sign-out"),
    path("language/", doors.language_choose, name="language"),
    path("theme/", doors.theme_choose, name="theme"),
    *[path(screen.path, guarded(screen), name=screen.name) for screen in screens_known()],
]
