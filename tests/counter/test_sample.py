"""Who sets what stands on receipts sees one, as a customer gets it."""

import re

from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from tests.counter.conftest import PASSWORD


def paper(client):
    html = client.get(reverse("console:counters")).content.decode()
    sample = html.partition('class="sample-paper"')[2].partition("</div>")[0]
    return re.findall(r"<p[^>]*>(.*?)</p>", sample, re.DOTALL)


def test_the_head_and_the_foot_are_seen_on_a_receipt(counter):
    counter.person("li")
    with counter.shop.time():
        client = Client()
        client.post(
            reverse("console:sign-in"), {"username": "li", "password": PASSWORD}, follow=True
        )
        client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
        before = paper(client)
        texts = {"head": "1 Tea Street | Tel. 555", "foot": "Come <b>again</b>"}
        client.post(reverse("console:counters"), {"do": "save", **texts})
        after = [re.sub(r"<[^>]+>", " ", each).strip() for each in paper(client)]
    store = after.index("s1")
    assert after[store + 1 : store + 3] == ["1 Tea Street", "Tel. 555"]
    assert after[-1] == "Come &lt;b&gt;again&lt;/b&gt;"
    assert len(before) == len(after) - 3
