"""Mei signs in on her phone by a code; Oz guesses, asks too often, and gets nowhere."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from procrastinate.contrib.django.models import ProcrastinateJob

from regulars.foundation import sms
from regulars.foundation.audit.models import AuditRecord
from regulars.foundation.networks import network_of
from regulars.foundation.outbox.models import Notice
from regulars.foundation.settings import settings_load
from regulars.members.profiles.errors import InvalidPhone
from regulars.members.profiles.selectors import member_get
from regulars.members.signin import asking, errors, services, trying
from regulars.members.signin.asking import ADDRESS_PER_HOUR, PHONE_PER_DAY, PHONE_PER_HOUR
from regulars.members.signin.models import SignInCode, SignInSession
from regulars.members.signin.sending import code_send_task
from regulars.members.signin.trying import TRIES_MAX
from regulars.members.signin.types import Outcome
from tests.meeting import meeting
from tests.phone.phones import (
    NOBODYS,
    PHONE,
    ask,
    attempt,
    later,
    sent,
    session,
    signed_in,
    wrong,
)


def test_mei_signs_in_and_is_known_again(shop):
    tried = signed_in(shop)
    assert (tried.outcome, tried.member_id) == (Outcome.IN, shop.members["mei"])
    known = session(shop, tried.token)
    assert (known.member_id, known.device) == (shop.members["mei"], "iPhone")
    assert session(shop, tried.token + "x") is None
    act = AuditRecord.objects.get(action="member.signed_in")
    assert act.subject == member_get(shop.members["mei"]).public_id
    assert act.details == {"session": known.public_id}


def test_the_message_says_what_it_is_for_in_the_readers_language(shop, carrier):
    asked = ask(shop, language="en")
    code = sent(shop, asked)
    message = carrier.sent[0]
    assert message.phone == "+8613800138000"
    assert message.values == {"code": code, "minutes": "5"}
    assert message.text == (
        f"{code} is your code to sign in. It is good for 5 minutes. Tell it to nobody, not even "
        "to the shop's staff."
    )
    assert len(code) == 6
    assert asked.phone_end == "8000"


def test_a_code_is_sent_once_and_then_nowhere(shop, carrier):
    asked = ask(shop)
    code = sent(shop, asked)
    with shop.time():
        code_send_task(challenge=asked.challenge)
    assert len(carrier.sent) == 1
    row = SignInCode.objects.get()
    assert row.code_encrypted == ""
    assert attempt(shop, asked, code).outcome is Outcome.IN
    row = SignInCode.objects.get()
    assert (row.phone_encrypted, row.code_encrypted) == ("", "")


def test_a_carrier_that_fails_is_asked_again(shop, carrier):
    asked = ask(shop)
    carrier.fails = True
    with pytest.raises(ConnectionError), shop.time():
        code_send_task(challenge=asked.challenge)
    carrier.fails = False
    assert attempt(shop, asked, sent(shop, asked)).outcome is Outcome.IN


def test_neither_code_nor_number_stands_anywhere(shop, caplog):
    asked = ask(shop)
    jobs = list(ProcrastinateJob.objects.filter(task_name="members.sign_in_code_send"))
    assert [each.args for each in jobs] == [{"challenge": asked.challenge}]
    code = sent(shop, asked)
    attempt(shop, asked, wrong(code))
    tried = attempt(shop, asked, code)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(row::text, ' ') FROM ("
            " SELECT to_jsonb(c)::text AS row FROM members_signin_code c UNION ALL"
            " SELECT to_jsonb(s)::text FROM members_signin_session s UNION ALL"
            " SELECT to_jsonb(a)::text FROM audit_record a UNION ALL"
            " SELECT to_jsonb(n)::text FROM outbox_notice n UNION ALL"
            " SELECT to_jsonb(j)::text FROM procrastinate_jobs j) AS rows"
        )
        everything = cursor.fetchone()[0] + caplog.text
    # Six digits may stand in an id by chance; as a value of their own they may not.
    for secret in (f'"{code}"', PHONE, tried.token):
        assert secret not in everything
    assert not Notice.objects.filter(kind__startswith="sign").exists()


def test_a_code_is_good_once(shop):
    asked = ask(shop)
    code = sent(shop, asked)
    assert attempt(shop, asked, code).outcome is Outcome.IN
    assert attempt(shop, asked, code).outcome is Outcome.OVER
    assert SignInSession.objects.count() == 1


def test_a_code_typed_on_a_chinese_keyboard_is_the_code(shop):
    asked = ask(shop)
    full_width = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    typed = f" {sent(shop, asked).translate(full_width)}"
    assert attempt(shop, asked, typed).outcome is Outcome.IN


def test_a_code_is_good_for_five_minutes(shop):
    asked = ask(shop)
    code = sent(shop, asked)
    later(shop, minutes=5)
    assert attempt(shop, asked, code).outcome is Outcome.OVER
    later(shop, seconds=-1)
    assert attempt(shop, asked, code).outcome is Outcome.IN


def test_the_fifth_wrong_try_ends_the_code(shop):
    asked = ask(shop)
    code = sent(shop, asked)
    tried = [attempt(shop, asked, wrong(code)) for _ in range(TRIES_MAX)]
    assert [each.tries_left for each in tried] == [4, 3, 2, 1, 0]
    assert [each.outcome for each in tried] == [Outcome.WRONG] * 4 + [Outcome.OVER]
    assert attempt(shop, asked, code).outcome is Outcome.OVER
    assert not SignInSession.objects.exists()


# So many threads ask, or guess, at one moment.
ASKERS = 8
GUESSERS = 20


def guessed_at_once(shop, asked, code):
    """A hundred wrong tries by twenty threads; how many of them were judged at all."""

    def guess(_):
        try:
            return services.sign_in_code_try(
                challenge=asked.challenge, code=wrong(code), device="oz"
            )
        finally:
            connections.close_all()

    with shop.time(), ThreadPoolExecutor(GUESSERS) as pool:
        tried = list(pool.map(guess, range(100)))
    return sum(each.tries_left > 0 for each in tried)


def test_one_hundred_guesses_at_once_are_five(open_shop):
    """Tries are counted under the row's lock: guessing in parallel gains nothing."""
    asked = ask(open_shop)
    code = sent(open_shop, asked)
    assert guessed_at_once(open_shop, asked, code) == TRIES_MAX - 1
    assert SignInCode.objects.get().tries == TRIES_MAX
    assert attempt(open_shop, asked, code).outcome is Outcome.OVER


def test_without_the_lock_more_guesses_would_be_judged(open_shop, monkeypatch):
    """The control of the test above: it must be the lock that holds them back."""

    def unlocked(challenge):
        return SignInCode.objects.filter(id=challenge).first()

    asked = ask(open_shop)
    code = sent(open_shop, asked)
    monkeypatch.setattr(trying, "_locked", meeting(unlocked, GUESSERS))
    assert guessed_at_once(open_shop, asked, code) >= GUESSERS


def test_two_tries_of_the_right_code_at_once_are_one_session(open_shop):
    asked = ask(open_shop)
    code = sent(open_shop, asked)

    def at_once(_):
        try:
            return services.sign_in_code_try(challenge=asked.challenge, code=code, device="x")
        finally:
            connections.close_all()

    with open_shop.time(), ThreadPoolExecutor(8) as pool:
        outcomes = sorted(each.outcome for each in pool.map(at_once, range(8)))
    assert outcomes == [Outcome.IN] + [Outcome.OVER] * 7
    assert SignInSession.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_address_counts_with_all_that_one_caller_has(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize("challenge", ["", "x" * 40, "00000000-0000-7000-8000-000000000000"])
def test_a_challenge_of_nobody_leads_nowhere(shop, challenge):
    with shop.time():
        tried = services.sign_in_code_try(challenge=challenge, code="000000", device="oz")
    assert tried.outcome is Outcome.OVER


def test_a_code_is_good_only_where_it_was_asked_for(shop):
    """Who overhears the code at the counter has not the browser it was asked from."""
    asked = ask(shop)
    code = sent(shop, asked)
    oz = ask(shop, NOBODYS, "10.0.0.9")
    assert attempt(shop, oz, code).outcome is Outcome.WRONG
    assert attempt(shop, asked, code).outcome is Outcome.IN


def test_a_phone_is_sent_five_codes_an_hour_and_ten_a_day(shop, carrier):
    for number in range(PHONE_PER_DAY):
        if number == PHONE_PER_HOUR:
            with pytest.raises(errors.TooManyCodes) as refused:
                ask(shop)
            assert refused.value.context == {"minutes": 55}
            later(shop, hours=1)
        ask(shop, address=f"10.0.1.{number}")
        later(shop, minutes=1)
    later(shop, hours=2)
    with pytest.raises(errors.TooManyCodes):
        ask(shop)
    assert SignInCode.objects.count() == PHONE_PER_DAY
    later(shop, days=1)
    ask(shop)


def test_between_two_codes_lie_thirty_seconds(shop):
    ask(shop)
    with pytest.raises(errors.TooManyCodes):
        ask(shop)
    later(shop, seconds=30)
    ask(shop)


def test_one_address_asks_for_forty_phones_an_hour(shop):
    for number in range(ADDRESS_PER_HOUR):
        ask(shop, f"1380013{number:04d}", f"2001:db8::{number:x}")
    with pytest.raises(errors.TooManyCodes):
        ask(shop, NOBODYS, address="2001:db8::ffff:1")
    ask(shop, NOBODYS, address="2001:db8:0:1::1")


def test_all_together_ask_for_so_many_an_hour(shop, monkeypatch):
    few = settings_load().model_copy(update={"sign_in_codes_per_hour": 3})
    monkeypatch.setattr("regulars.members.signin.asking.settings_load", lambda: few)
    for number in range(3):
        ask(shop, f"1380013{number:04d}", f"10.0.2.{number}")
    with pytest.raises(errors.TooManyCodes):
        ask(shop, NOBODYS, "10.0.3.1")


def asked_at_once(shop):
    """Sixteen ask for Mei's phone at once; how many are sent a code."""

    def one(number):
        try:
            services.sign_in_code_ask(phone=PHONE, address=f"10.1.0.{number}", language="en")
        except errors.TooManyCodes:
            return False
        finally:
            connections.close_all()
        return True

    with shop.time(), ThreadPoolExecutor(ASKERS) as pool:
        return sum(pool.map(one, range(16)))


def test_limits_hold_when_all_ask_at_once(open_shop):
    assert asked_at_once(open_shop) == 1
    assert SignInCode.objects.count() == 1


def test_without_the_lock_more_would_be_sent(open_shop, monkeypatch):
    """The control of the test above: it must be the lock that makes the count true."""
    monkeypatch.setattr(asking, "_limits_checked", meeting(asking._limits_checked, ASKERS))
    monkeypatch.setattr(asking, "_askers_wait", lambda: None)
    assert asked_at_once(open_shop) >= ASKERS


def test_a_wrong_number_is_refused_and_costs_nothing(shop):
    with pytest.raises(InvalidPhone):
        ask(shop, "12")
    assert not SignInCode.objects.exists()


def test_without_a_carrier_nobody_is_promised_a_code(shop, monkeypatch):
    monkeypatch.setattr("regulars.members.signin.asking.sms_provider", lambda: None)
    with pytest.raises(errors.CodesNotSent):
        ask(shop)
    assert not SignInCode.objects.exists()


def test_asking_tells_nothing_about_a_number(shop, carrier):
    """A member's number and a stranger's: the same rows, the same job, the same message."""
    mei, nobody = ask(shop), ask(shop, NOBODYS)
    sent(shop, mei)
    sent(shop, nobody)
    assert {each.purpose for each in carrier.sent} == {"sign_in"}
    assert len(carrier.sent) == 2
    rows = [
        (bool(each.phone_encrypted), each.tries, each.ended_at, each.proved_at)
        for each in SignInCode.objects.all()
    ]
    assert rows == [(True, 0, None, None)] * 2


def test_what_is_not_sent_is_shown_to_the_servers_owner_alone(tmp_path):
    settings = settings_load().model_copy(update={"data_dir": tmp_path})
    carrier = sms.ConsoleSms(settings)
    for number in range(25):
        carrier.send(sms.SmsMessage("+8613800138000", "sign_in", {}, f"text {number}", "en"))
    lines = carrier.file.read_text().splitlines()
    assert lines[-1] == "+8613800138000  text 24"
    assert len(lines) == sms.KEPT_LINES
    assert carrier.file.stat().st_mode & 0o077 == 0


def test_a_carrier_that_does_not_exist_is_named():
    with pytest.raises(sms.SmsProviderWrong):
        sms._provider("nobody.knows:This")
    assert sms._provider("none") is None
