"""A phone without a screen: one person's browser at the member's pages, at the shop's time."""

import re

from django.test import Client

from regulars.foundation.actors import SYSTEM
from regulars.foundation.database.session import unit_of_work
from regulars.members.cards import services as cards
from regulars.members.signin.models import SignInCode
from regulars.members.signin.sending import code_send_task

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.40 Safari/604.1"


class Handset:
    """What a person can do: open pages and press buttons."""

    def __init__(self, shop, *, language="en", strict=False, address="10.0.0.1"):
        self.shop = shop
        self.client = Client(
            enforce_csrf_checks=strict, headers={"user-agent": IPHONE}, REMOTE_ADDR=address
        )
        self.client.cookies["regulars_m_language"] = language

    def get(self, path=""):
        with self.shop.time():
            return self.client.get(f"/m/{path}")

    def post(self, path, **data):
        with self.shop.time():
            return self.client.post(f"/m/{path}", data)

    def text(self, path=""):
        answer = self.get(path)
        assert answer.status_code == 200, answer
        return words(answer)

    def ask(self, phone):
        """Asks for a code; the job sends it at once. Answers the page, and the code."""
        self.shop.at += self.shop.pause
        answer = self.post("sign-in/", phone=phone)
        challenge = SignInCode.objects.order_by("-created_at").values_list("id", flat=True)[0]
        with self.shop.time():
            code_send_task(challenge=str(challenge))
        return answer, self.shop.carrier.sent[-1].values["code"]

    def sign_in(self, phone):
        _, code = self.ask(phone)
        return self.post("sign-in/code/", code=code)


def words(answer):
    """What a page says, without its marks."""
    text = re.sub(
        r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", text)


def card_given(shop, name, number):
    """A card of plastic for a member; three letters and a running number."""
    with shop.time(), unit_of_work() as unit:
        cards.cards_make(
            unit=unit,
            actor=SYSTEM,
            name="plastic",
            prefix=number[:3],
            first=int(number[3:]),
            count=1,
            digits=len(number) - 3,
        )
        cards.card_bind(unit=unit, actor=SYSTEM, member_id=shop.members[name], number=number)
