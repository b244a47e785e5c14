"""What every page sends along, and that texts from outside stay texts on it."""

import csv
import io
import re
from datetime import timedelta
from html import escape
from html.parser import HTMLParser

import pytest
from django.test import Client, override_settings

from regulars.faces.console.exports import sheet_read
from regulars.foundation.works.models import Work
from regulars.foundation.works.services import work_done
from regulars.members.signin.models import SignInCode
from regulars.members.signin.sending import code_send_task
from tests.phone.phones import PHONE
from tests.security.routes import calls_there
from tests.security.stage import FORMULA, IMAGE, PASSWORD, SCRIPT, TURNED, signed_in
from tests.security.test_matrix import called

# They are the same for everybody, and a phone or till keeps them for the time without a server.
KEPT = ("pos/sw.js", "pos/manifest.webmanifest", "m/manifest.webmanifest", "m/worker.js")
OPEN = ("console/sign-in", "console/start", "m/sign-in", "m/offline")
TABS = ("purchases", "assets", "timeline", "cards", "tags", "consents", "data", "log")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post")
RUN = ("javascript:", "vbscript:", "data:text")
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FILES = {
    "console/imports/<uuid:import_id>/rejected.csv",
    "pos/receipts/<str:number>/printer/",
}


class Looked(HTMLParser):
    """What a browser would run of a page: the code, and the styles, that stand in it."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        is_data = "src" in given or "json" in given.get("type", "")
        if tag == "style" or (tag == "script" and not is_data):
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            start = re.sub(r"\s", "", value or "").lower()
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}>")
            elif name in ADDRESSES and start.startswith(RUN):
                self.found.append(f"<{tag} {name}={value}>")


def pages_of(stage, role, places):
    """Every page that somebody sees under these addresses, with its answer."""
    with signed_in(stage, role) as client:
        for call in calls_there():
            if call.route.startswith(places) and call.of != "mixed":
                yield call.label, called(stage, client, call, "GET")
        if role == "owner":
            for tab in TABS:
                with stage.shop.time():
                    yield tab, client.get(f"/console/members/{stage.member}/?tab={tab}")


@pytest.fixture(scope="module")
def pages(stage):
    found = [
        *pages_of(stage, "owner", ("console/", "pos/")),
        *pages_of(stage, "member", ("m/",)),
        *pages_of(stage, "nobody", OPEN),
    ]
    return [each for each in found if each[1].status_code != 405]


def texts(pages):
    for name, answer in pages:
        if "text/html" in answer.headers.get("Content-Type", "") and answer.status_code == 200:
            yield name, answer.content.decode()


def test_every_page_has_its_guards(pages):
    wrong = []
    for name, answer in pages:
        policy = answer.headers.get("Content-Security-Policy", "")
        has = {
            "policy": "default-src 'self'" in policy and "frame-ancestors 'none'" in policy,
            "no inline": "unsafe" not in policy and "*" not in policy,
            "frame": answer.headers.get("X-Frame-Options") == "DENY",
            "nosniff": answer.headers.get("X-Content-Type-Options") == "nosniff",
            "referrer": answer.headers.get("Referrer-Policy") == "same-origin",
            "opener": answer.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        }
        wrong += [(name, guard) for guard, is_there in has.items() if not is_there]
    assert len(pages) > 90
    assert wrong == []


def test_no_cache_keeps_a_page_of_somebody(pages):
    assert [
        name
        for name, answer in pages
        if answer.status_code == 200
        and not name.startswith(KEPT)
        and "no-store" not in answer.headers.get("Cache-Control", "")
    ] == []


def test_no_page_has_code_or_styles_inside(pages):
    looked = {name: Looked(text).found for name, text in texts(pages)}
    assert len(looked) > 60
    assert {name: found for name, found in looked.items() if found} == {}
    assert Looked(f'<a href=" java\nscript:x" style="">{IMAGE}<script>').found == [
        "<a href= java\nscript:x>",
        "<a style>",
        "<img onerror>",
        "<script>",
    ]


def test_texts_from_outside_stay_texts(pages):
    shown = {SCRIPT: 0, IMAGE: 0, TURNED: 0, FORMULA: 0}
    for name, text in texts(pages):
        for raw in (SCRIPT, IMAGE, "<img src=x"):
            assert raw not in text, name
        for each in shown:
            shown[each] += each in text or escape(each).replace("&#x27;", "&#39;") in text
    assert all(shown.values()), f"nobody would have seen it: {shown}"
    assert min(shown[SCRIPT], shown[IMAGE]) > 10


def test_what_looks_like_a_template_is_none(pages):
    found = [text for _, text in texts(pages) if "7*7" in text]
    assert found
    assert all("{{7*7}}${7*7}" in each for each in found)


def cells_of(content):
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [cell for row in rows for cell in row]


def is_formula(cell):
    if not cell.lstrip(" ").startswith(STARTS):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def test_files_for_sheets_hold_no_formula(pages):
    files = {
        name.rpartition(" ")[0]: answer
        for name, answer in pages
        if "attachment" in answer.headers.get("Content-Disposition", "")
    }
    assert set(files) == FILES, "say here what else is downloaded, and look at its cells"
    sheets = [each for each in files.values() if "csv" in each["Content-Type"]]
    assert len(sheets) == 1
    for each in sheets:
        content = b"".join(each.streaming_content) if each.streaming else each.content
        cells = cells_of(content)
        assert cells and [cell for cell in cells if is_formula(cell)] == []


def test_the_log_as_a_file_holds_no_formula(stage):
    with signed_in(stage, "owner") as client:
        client.post("/console/lists/audit/export/", {"confirmed": "yes", "columns": "all"})
        work = Work.objects.order_by("created_at", "id").last()
        assert work_done(work_id=str(work.id)).state == "done"
        cells = cells_of(client.get(f"/console/jobs/{work.id}/file/").content)
    assert [cell for cell in cells if is_formula(cell)] == []
    assert f"'{FORMULA}" in cells


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_of_members_holds_no_formula(stage, kind):
    with signed_in(stage, "owner") as client:
        client.post("/console/members/export/", {"confirmed": "yes", "format": kind})
        work = Work.objects.order_by("created_at", "id").last()
        assert work_done(work_id=str(work.id)).state == "done"
        answer = client.get(f"/console/jobs/{work.id}/file/")
    assert "no-store" in answer["Cache-Control"]
    if kind == "csv":
        cells = cells_of(answer.content)
    else:
        cells = [str(cell) for row in sheet_read(answer.content) for cell in row]
    assert f"'{FORMULA}" in cells
    assert [cell for cell in cells if is_formula(cell)] == []


def test_no_script_and_no_other_site_gets_a_cookie(stage):
    """All that staff, tills and phones are given; over https they travel nowhere else."""
    client = Client()
    stage.shop.at += timedelta(minutes=2)
    over_https = override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True)
    with over_https, stage.shop.time():
        client.get("/console/sign-in/")
        client.post("/console/sign-in/", {"username": "owner", "password": PASSWORD})
        client.post("/pos/device/", {"do": "present", "secret": stage.devices["s1"][0]})
        for face in ("console", "m"):
            client.post(f"/{face}/language/", {"language": "en"})
            client.post(f"/{face}/theme/", {"theme": "dark"})
        client.post("/m/sign-in/", {"phone": PHONE})
        asked = SignInCode.objects.order_by("-created_at").values_list("id", flat=True)[0]
        code_send_task(challenge=str(asked))
        code = stage.shop.carrier.sent[-1].values["code"]
        client.post("/m/sign-in/code/", {"code": code})
    given = {name: each for name, each in client.cookies.items() if each.value}
    assert {"sessionid", "csrftoken", "regulars_device", "regulars_till", "regulars_member"} <= set(
        given
    )
    assert [name for name, each in given.items() if not each["secure"]] == []
    assert [name for name, each in given.items() if each["samesite"] not in ("Lax", "Strict")] == []
    assert [name for name, each in given.items() if not each["httponly"]] == ["csrftoken"]
    assert given["regulars_member"]["path"] == "/m/"
