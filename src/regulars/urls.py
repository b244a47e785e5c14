"""The addresses of the deployment. Each face brings its own."""

from django.urls import include, path
from django.views.generic import RedirectView

from regulars.foundation.health import healthz, metrics

handler404 = "regulars.astray.not_found"
handler500 = "regulars.astray.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("", RedirectView.as_view(pattern_name="console:today"), name="home"),
    path("api/v1/", include("regulars.faces.api.urls")),
    path("console/", include("regulars.faces.console.urls")),
    path("m/", include("regulars.faces.h5.urls")),
    path("pos/", include("regulars.faces.pos.urls")),
]
