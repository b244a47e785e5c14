"""Mei's phone, the carrier of its messages, and the shop that she signs in to."""

from datetime import date, timedelta

from regulars.members.signin import selectors, services
from regulars.members.signin.sending import code_send_task
from tests.shop import shop_opened

PHONE = "13800138000"
NOBODYS = "13700137000"


class Carrier:
    """A carrier that keeps what it was handed."""

    def __init__(self):
        self.sent = []
        self.fails = False

    def send(self, message):
        if self.fails:
            raise ConnectionError
        self.sent.append(message)


def opened(carrier):
    """Mei with a phone, Bo with another, at noon on 1 March 2025."""
    shop = shop_opened(date(2025, 3, 1))
    shop.carrier = carrier
    shop.store()
    shop.member("mei", phone=PHONE)
    shop.member("bo", phone="13912345678")
    return shop


def ask(shop, phone=PHONE, address="10.0.0.1", language="zh-hans"):
    with shop.time():
        return services.sign_in_code_ask(phone=phone, address=address, language=language)


def later(shop, **span):
    shop.at += timedelta(**span)


def sent(shop, asked):
    """Does the job, as the worker would; answers the code."""
    with shop.time():
        code_send_task(challenge=asked.challenge)
    return shop.carrier.sent[-1].values["code"]


def attempt(shop, asked, code, device="iPhone"):
    with shop.time():
        return services.sign_in_code_try(challenge=asked.challenge, code=code, device=device)


def signed_in(shop, phone=PHONE, device="iPhone"):
    later(shop, minutes=1)
    asked = ask(shop, phone)
    return attempt(shop, asked, sent(shop, asked), device)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def session(shop, token):
    with shop.time():
        return selectors.session_of(token)
