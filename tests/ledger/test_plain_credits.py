"""Entries of credits alone are written in one go: the rows are those that a draft would write."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from regulars.foundation.actors import job
from regulars.foundation.errors import RegularsError
from regulars.ledger.book.decisions import posts
from regulars.ledger.book.decisions.entries import origin_of
from regulars.ledger.book.decisions.state import AccountRow, HolderRow, State
from regulars.ledger.book.types import (
    AfterMonths,
    AssetKind,
    AssetView,
    Credit,
    Debit,
    ExpiryPolicy,
    Inactivity,
    Never,
    Post,
    Shortfall,
    SpendOrder,
)

NOON = datetime(2025, 3, 31, 4, tzinfo=UTC)
TILL = job("till")
POLICIES = {
    1: ExpiryPolicy(Never()),
    2: ExpiryPolicy(AfterMonths(6)),
    3: ExpiryPolicy(AfterMonths(6), Inactivity(months=12)),
}
PEOPLE = ("mei", "bo", "oz")

movement = st.one_of(
    st.builds(
        Credit,
        asset_id=st.sampled_from([*POLICIES, 9]),
        amount=st.integers(0, 50),
        rule=st.sampled_from(["", "beans@1/base"]),
        available_at=st.sampled_from([None, NOON + timedelta(days=3)]),
        by_policy=st.booleans(),
        expires_at=st.sampled_from([None, NOON - timedelta(days=1), NOON + timedelta(days=90)]),
    ),
    st.builds(Debit, asset_id=st.sampled_from(list(POLICIES)), amount=st.integers(1, 20)),
)
request = st.builds(
    Post,
    key=st.sampled_from("abcdef"),
    holder_id=st.sampled_from([*PEOPLE, "nobody"]),
    kind=st.sampled_from(["earn", "gift"]),
    movements=st.lists(movement, min_size=1, max_size=3).map(tuple),
    occurred_at=st.sampled_from([NOON, NOON + timedelta(hours=9)]),
    business_date=st.just(date(2025, 3, 31)),
    actor=st.just(TILL),
    event_id=st.sampled_from([None, "event"]),
    reason=st.sampled_from(["", "", "", "a complaint"]),
    entry_id=st.sampled_from([None, "given"]),
)
debts = st.fixed_dictionaries({asset_id: st.sampled_from([0, 0, 7]) for asset_id in POLICIES})


def state_made(debts_of_mei):
    """A shop with three assets; Mei may owe something, Oz is frozen."""
    numbers = count(1)
    assets = {
        asset_id: AssetView(
            asset_id,
            f"asset{asset_id}",
            {},
            AssetKind.POINTS,
            "",
            0,
            SpendOrder.EARLIEST_EXPIRY,
            policy,
            Shortfall.DEBT,
            transferable=False,
            time_zone="Asia/Shanghai",
        )
        for asset_id, policy in POLICIES.items()
    }
    state = State(assets, NOON, lambda: f"id-{next(numbers)}", NOON)
    for name in PEOPLE:
        state.holders[name] = HolderRow(name, name == "oz", None)
    for asset_id, debt in debts_of_mei.items():
        account = AccountRow(f"mei-{asset_id}", "mei", asset_id, balance=-debt, debt=debt)
        state.accounts[("mei", asset_id)] = account
    return state


def outcome(state, requests):
    """What each request was answered, then all that would be stored."""
    answers = []
    for each in requests:
        try:
            answers.append(posts.post_decided(state, each))
        except RegularsError as refusal:
            answers.append((refusal.code, refusal.context))
    changes = state.changes
    rows = [_fields(row) for row in (*changes.lots, *changes.accounts)]
    written = [row[0] for row in changes.entries]
    origins = [_fields(origin_of(state, entry_id)) for entry_id in written]
    # A reason's salt and digest are new ids: the same in both, as ids are counted.
    return answers, changes.entries, changes.postings, changes.uses, changes.reasons, rows, origins


def _fields(row):
    return {name: getattr(row, name) for name in type(row).__slots__}


def each_id_once(requests):
    """No two entries have one id: it is made anew, or of the event's own key."""
    given_ids = [each.entry_id for each in requests if each.entry_id]
    return len(given_ids) == len(set(given_ids))


@given(requests=st.lists(request, min_size=1, max_size=6).filter(each_id_once), debts_of_mei=debts)
def test_both_ways_write_the_same(requests, debts_of_mei):
    quick = outcome(state_made(debts_of_mei), requests)
    plain, posts.is_plain = posts.is_plain, lambda *_: False
    try:
        by_draft = outcome(state_made(debts_of_mei), requests)
    finally:
        posts.is_plain = plain
    assert quick == by_draft


def test_an_earning_takes_the_short_way():
    state = state_made({})
    earning = Post("a", "bo", "earn", (Credit(2, 5),), NOON, date(2025, 3, 31), TILL)
    posts.post_decided(state, earning)
    assert list(state.plain_entries) == ["id-2"]
    assert state.drafts == {}
