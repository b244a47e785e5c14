// Under which number the till works. What waits here under a former one is taken along: nothing that
// was sold is closed in for ever, and what can't be taken along says why and what to do.

import * as drawer from "./drawer.js";
import * as queue from "./queue.js";
import { note, say } from "./screens.js";
import { Refused, ask, introduced } from "./server.js";
import * as store from "./store.js";

// It waits for a person who does something elsewhere; or it never arrives under that number.
const HELD = ["terminal_held", "terminal_elsewhere"];
const STRANGE = ["terminal_given_again", "terminal_never_given"];
let sentences = [];

// The numbers under which something waits here, each with when the oldest of it was made.
async function formerNumbers() {
  const found = new Map();
  for (const each of [...await queue.waiting(), ...await drawer.waiting()]) {
    const made_at = each.content?.occurred_at ?? each.occurred_at;
    const before = found.get(each.terminal);
    if (!each.terminal || each.is_strange) continue;
    const isOlder = !before || (made_at && (!before.made_at || made_at < before.made_at));
    if (isOlder) found.set(each.terminal, { former: each.terminal, made_at });
  }
  return [...found.values()];
}

async function noted(number, more) {
  await queue.numberNoted(number, more);
  await drawer.numberNoted(number, more);
}

// The till's number: the one that the server knows, with what waits under others taken along; else
// one that it takes along; else a new one. `kept` is the one that this browser had last.
export async function numberNow(snapshot, kept) {
  sentences = [];
  let number = snapshot.terminal;
  let hasShift = Boolean(snapshot.shift);
  const others = (await formerNumbers()).filter((each) => each.former !== number)
    .sort((one, other) => (other.former === kept) - (one.former === kept));
  let held = null;
  introduced(snapshot.token, number);
  for (const each of others) {
    try {
      const { terminal, shift } = await ask("terminal", each);
      await noted(terminal, { waits: "" });
      // Where only the former number's shift is open, the till goes on in that one.
      if (!number || (shift && !hasShift)) {
        number = terminal;
        hasShift = Boolean(shift);
        await store.put("terminal", number);
      } else if (shift) {
        sentences.push(say("shiftOfFormer", { number: terminal, shift: shift.number }));
      }
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (!HELD.includes(problem.code) && !STRANGE.includes(problem.code)) throw problem;
      if (problem.code === "terminal_held") held ??= problem;
      sentences.push(problem.message);
      await noted(each.former, STRANGE.includes(problem.code)
        ? { is_strange: true, is_trouble: true, trouble: problem.message }
        : { waits: problem.message });
    }
  }
  // As long as this browser's own till is registered beside it, a person has to say which it is.
  if (!number && held) throw held;
  return number || fresh();
}

// A new number begins at 1 again.
async function fresh() {
  const { terminal } = await ask("terminal", {});
  await store.put("terminal", terminal);
  await store.put("sequence", 0);
  return terminal;
}

// What a person has to know of the numbers, once the page is there.
export function told() {
  if (sentences.length) note(sentences.join(" "), "bad");
}
