"""Who may call what: every route, every role, whoever's the thing is, as `matrix.txt` says it."""

import json
from pathlib import Path

import pytest

from regulars.foundation.database.session import unit_of_work
from tests.security.routes import address_of, body_of, calls_there, till_of
from tests.security.stage import STAFF, made_ready, signed_in

TABLE = Path(__file__).parent / "matrix.txt"
KEYS = ("key_without", "key_with")
ROLES = ("nobody", *STAFF, "member", *KEYS)
FORBIDDEN = set("sxnr-")
# Whom a missing method is asked of: it is missing for everybody.
ASKED_IN_VAIN = ("nobody", "owner")
# Leaving ends what the other calls need; it comes last.
LAST = ("api/v1/web-shops/<connection>/end", "m/me/devices/", "console/sign-out/", "m/sign-out/")
# What a look or a try leaves behind: sessions seen, tries counted.
PASSING = ("django_session", "foundation_tries", "organization_sessions", "members_signin")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def rows_there():
    """The table: by route and owner the scope and each role's letters."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            route, of, scope, *letters = line.split()
            found[route.removeprefix("/"), of] = scope, dict(zip(ROLES, letters, strict=True))
    return found


def letter(answer):
    """What an answer means, in one letter."""
    status = answer.status_code
    place = answer.headers.get("Location", "")
    if status == 401 or (status == 302 and "/sign-in/" in place):
        return "s"
    known = {403: "x", 404: "n", 405: "-"}
    return known.get(status, "o" if status < 400 else "r")


def everything():
    """A digest of every row that isn't only a trace of looking."""
    with unit_of_work() as unit:
        tables = [row[0] for row in unit.fetch(TABLES) if not str(row[0]).startswith(PASSING)]
        sums = " UNION ALL ".join(
            f"SELECT '{each}', count(*), md5(string_agg(t::text, '' ORDER BY t::text)) "
            f"FROM {each} AS t"
            for each in tables
        )
        return {row[0]: row[1:] for row in unit.fetch(sums)}


def called(stage, client, call, method, key=None):
    form, body = body_of(stage, call)
    address = address_of(stage, call)
    headers = {}
    if call.is_api:
        headers["Idempotency-Key"] = f"k {method} {call.label}"
        if key:
            headers["Authorization"] = f"Bearer {key}"
    secret, terminal = stage.devices[till_of(call)]
    client.cookies["regulars_till"] = secret
    headers["X-Terminal"] = str(terminal)
    with stage.shop.time():
        if method == "GET":
            return client.get(address, headers=headers)
        if call.is_api or call.route.startswith("pos/do/"):
            return client.generic(
                method, address, json.dumps(body), content_type="application/json", headers=headers
            )
        return client.post(address, form, headers=headers)


def methods_of(call):
    return ("GET", "POST", "PATCH") if call.is_api else ("GET", "POST")


def key_of(stage, role, scopes, place):
    """The API key with which the call is made: where none is asked for, any."""
    if role not in KEYS:
        return None
    named = scopes.split(",")
    scope = named[place % len(named)]
    return stage.keys["keys" if scope == "-" else scope][KEYS.index(role)]


def last(call):
    """The place of a call that ends what others need; none for all others."""
    return LAST.index(call.route) + 1 if call.route in LAST else 0


def steps(expected, role):
    """The calls with the letters they should have: forbidden ones first, leaving last."""
    whole = [
        (call, place, letters[role][place], scopes)
        for call, (scopes, letters) in expected.items()
        for place in range(len(methods_of(call)))
        if letters[role][place] != "-" or role in ASKED_IN_VAIN
    ]
    return sorted(whole, key=lambda each: (last(each[0]), each[2] not in FORBIDDEN))


def fits(found, right):
    """Whether an answer is what the table says; who is let in may still be refused a bad body."""
    return found == right or (right == "o" and found == "r")


@pytest.fixture(scope="module")
def expected():
    rows = rows_there()
    return {call: rows[call] for call in calls_there() if call in rows}


def test_every_route_has_a_row():
    there, known = {tuple(each) for each in calls_there()}, set(rows_there())
    assert there - known == set(), "say in matrix.txt who may call these"
    assert known - there == set(), "these are gone: take them out of matrix.txt"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_the_table_says(stage, expected, role):
    wrong = []
    made_ready(stage)
    with signed_in(stage, role) as client:
        before, is_counted = everything(), False
        for call, place, right, scopes in steps(expected, role):
            method = methods_of(call)[place]
            if not is_counted and right not in FORBIDDEN:
                after, is_counted = everything(), True
                moved = [name for name in after if after[name] != before[name]]
                assert moved == [], "something forbidden left a trace"
            key = key_of(stage, role, scopes, place)
            found = letter(called(stage, client, call, method, key))
            if not fits(found, right):
                wrong.append(f"{method} {call.label}: {found}, not {right}")
    assert "\n".join(wrong) == ""
