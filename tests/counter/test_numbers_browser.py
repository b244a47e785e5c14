"""Sales wait in a till under numbers that are not its own any more: each ends with a sentence."""

import pytest
from playwright.sync_api import expect

from regulars.commerce.counter.models import Ticket
from regulars.commerce.counter.services import terminal_open
from regulars.foundation.actors import SYSTEM
from regulars.organization.devices.services import device_present, device_register, device_revoke

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("playwrights_loop")]

# What an older version of the page left behind in the till's own storage.
LEFT = """async records => {
  const opened = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("regulars-counter", 1);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const work = opened.transaction(["queue"], "readwrite");
  records.forEach(each => work.objectStore("queue").put(each));
  await new Promise(resolve => { work.oncomplete = resolve; });
  opened.close();
}"""


def waiting(terminal, sequence, amount_minor, occurred_at):
    content = {
        "sequence": sequence,
        "occurred_at": occurred_at.isoformat(),
        "lines": [{"amount_minor": amount_minor}],
        "tenders": [{"kind": "cash", "amount_minor": amount_minor}],
        "is_offline": True,
    }
    return {
        "sequence": sequence,
        "terminal": terminal,
        "content": content,
        "meta": {"total": amount_minor},
        "made_at": 0,
        "trouble": "",
    }


def another_till(counter, name, store="s1"):
    with counter.shop.time():
        device, secret = device_register(actor=SYSTEM, name=name, kind="till", store=store)
        return device, terminal_open(actor=SYSTEM, device=device_present(text=secret)).terminal


def sold(amount):
    return Ticket.objects.get(net_minor=amount)


def test_what_waits_under_three_other_numbers_arrives_or_says_what_to_do(till):
    counter, page, now = till.counter, till.page, till.counter.shop.now
    own = counter.till.terminal + 1
    expect(page.locator("#shift-open")).to_be_visible()
    till.type("300")
    till.sees("#shift-state", "Shift 1")
    counter.shop.store("s2")
    former, old = another_till(counter, "Till 1 before")
    _, far = another_till(counter, "Far", "s2")
    _, reused = another_till(counter, "Till 9")
    with counter.shop.time():
        device_revoke(actor=SYSTEM, device=former.device)
    page.evaluate(
        LEFT,
        [
            waiting(old, 1, 1_100, now),
            waiting(far, 2, 2_200, now),
            waiting(reused, 3, 3_300, now.replace(hour=0)),
        ],
    )
    page.reload()
    till.sees("#note", "was made at the store “s2” and counts there")
    till.sees("#note", "Leave “Till 9” as it is, and send this under a new number")
    expect(page.locator("#queue-button")).to_have_text("1 waiting to be sent · 1 to settle")
    # A new sale takes no number under which another one still waits, and none waits for the others.
    till.type("44")
    page.keyboard.press("F9")
    page.keyboard.press("Enter")
    till.sees("#done-amount", "¥44.00")
    page.keyboard.press("Enter")
    assert (sold(1_100).number, sold(4_400).number) == (f"{old}-000001", f"{own}-000001")
    assert sold(1_100).shift_id == sold(4_400).shift_id

    page.click("#queue-button")
    till.sees("#queue-list", "Register this browser at “s2” once more")
    till.is_accessible()
    page.get_by_role("button", name="Send under a new number").click()
    expect(page.locator("#queue-list li")).to_have_count(1)
    assert (sold(3_300).number, sold(3_300).reason) == (
        f"{own}-000004",
        f"formerly {reused}-000003",
    )
    assert Ticket.objects.count() == 3
    assert till.complaints == []
