"""The phone's addresses, all under one place, so that its cookies go nowhere else."""

from django.urls import path

from regulars.faces.h5 import cards, entering, me, points, shell
from regulars.faces.h5.door import NAMESPACE

app_name = NAMESPACE

urlpatterns = [
    path("", cards.card_page, name="card"),
    path("codes/", cards.codes_more, name="codes"),
    path("news/", cards.news, name="news"),
    path("points/", points.points_page, name="points"),
    path("level/", points.level_page, name="level"),
    path("me/", me.me_page, name="me"),
    path("me/cards/", me.cards_page, name="cards"),
    path("me/consents/", me.consents_page, name="consents"),
    path("me/devices/", me.devices_page, name="devices"),
    path("me/privacy/", me.privacy_page, name="privacy"),
    path("me/help/", me.help_page, name="help"),
    path("sign-in/", entering.sign_in_page, name="sign-in"),
    path("sign-in/code/", entering.code_page, name="code"),
    path("join/", entering.join_page, name="join"),
    path("sign-out/", entering.sign_out, name="sign-out"),
    path("language/", entering.language_choose, name="language"),
    path("theme/", entering.theme_choose, name="theme"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("worker.js", shell.worker, name="worker"),
    path("offline/", shell.offline_page, name="offline"),
]
