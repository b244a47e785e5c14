"""What makes a page an app on the home screen: manifest, service worker, the page without network.

The worker keeps the shell only (styles, script, icons, and a page that says there is no network):
what belongs to a member is never kept on the phone.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regulars.faces.h5.door import NAMESPACE, drawn, open_page, shop_name

STATIC = Path(__file__).parent / "static" / "h5"
ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
KEPT = (
    "webkit/tokens.css",
    "h5/phone.css",
    "h5/phone.js",
    "h5/icon-192.png",
)


@open_page
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the app is called and looks on a home screen."""
    name = shop_name() or str(_("Membership card"))
    return JsonResponse(
        {
            "name": name,
            "short_name": name[:12],
            "start_url": reverse(f"{NAMESPACE}:card"),
            "scope": reverse(f"{NAMESPACE}:card"),
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#f5f6f4",
            "theme_color": "#1d7a66",
            "icons": [
                {
                    "src": static(f"h5/icon-{'mask-' if use == 'maskable' else ''}{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": use,
                }
                for size, use in ICONS
            ],
        },
        content_type="application/manifest+json",
    )


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; another one whenever the shell changes."""
    context = {
        "version": _version(),
        "kept": [static(each) for each in KEPT],
        "offline": reverse(f"{NAMESPACE}:offline"),
    }
    answer = render(request, "h5/worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@open_page
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """What stands on the screen when there is no network: nothing about anybody."""
    return drawn(request, "offline.html")


@lru_cache(maxsize=1)
def _version() -> str:
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
