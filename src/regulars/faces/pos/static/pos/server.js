// Asking the server. What it refuses has a code and a sentence; when it does not answer, the till
// goes on alone and looks again by itself.

const PATIENCE_MS = 8000;
const LOOK_AGAIN_MS = 3000;

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail);
    this.status = status;
    this.code = problem.code;
  }
}

export class Away extends Error {
  isAway = true;
}

// It is there, and fails over what it was sent.
export class Stumbled extends Away {}

// Refusals that say nothing about what was sent: it waits until they are over.
const PASSING = new Set([
  "sign_in_needed", "token_old", "device_refused", "not_at_this_store", "busy",
  "unknown_terminal", "first_step_missing", "database_unavailable",
]);

export const isPassing = (code) => PASSING.has(code);

const listeners = [];
const state = { online: true, token: "", terminal: null, looking: 0, ahead_ms: 0 };

export const isOnline = () => state.online;

export function onChange(listener) {
  listeners.push(listener);
}

// The time by the server's clock, which receipts are dated by: a till's own may be wrong.
export const now = () => new Date(Date.now() + state.ahead_ms);

export const clockAhead = () => state.ahead_ms;

export function clockKnown(ahead_ms) {
  state.ahead_ms = ahead_ms;
}

export function introduced(token, terminal) {
  state.token = token;
  state.terminal = terminal;
}

function told(online) {
  const changed = online !== state.online;
  state.online = online;
  if (changed) listeners.forEach((listener) => listener(online));
  if (!online && !state.looking) {
    state.looking = setInterval(() => ask("start").catch(() => {}), LOOK_AGAIN_MS);
  } else if (online && state.looking) {
    clearInterval(state.looking);
    state.looking = 0;
  }
}

// The answer to a question (GET), or to a deed (POST, when there is a body). What was numbered
// earlier is sent under the till's number of then.
export async function ask(path, body, terminal = state.terminal, isAgain = false) {
  const headers = { Accept: "application/json" };
  if (terminal) headers["X-Terminal"] = String(terminal);
  if (terminal && state.terminal && terminal !== state.terminal) {
    headers["X-Terminal-Now"] = String(state.terminal);
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = state.token;
  }
  const asked = Date.now();
  let answer;
  try {
    answer = await fetch(`/pos/do/${path}/`, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    told(false);
    throw new Away();
  }
  if (answer.status >= 500) {
    told(false);
    throw answer.status === 500 ? new Stumbled() : new Away();
  }
  let content;
  try {
    content = await answer.json();
  } catch {
    // Not one of our answers: a page of something between us, or a token that is too old.
    if (answer.status === 403 && !isAgain) {
      await ask("start");
      return ask(path, body, terminal, true);
    }
    told(false);
    throw new Away();
  }
  told(true);
  if (!answer.ok) throw new Refused(answer.status, content);
  if (path === "start") {
    state.token = content.token;
    clockKnown(Date.parse(content.now) - (asked + Date.now()) / 2);
  }
  return content;
}

window.addEventListener("offline", () => told(false));
window.addEventListener("online", () => ask("start").catch(() => {}));
