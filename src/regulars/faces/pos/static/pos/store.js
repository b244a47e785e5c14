// What the till keeps in its browser: its number and count, the basket, and sales on their way.
// A number and the sale that carries it are written in one transaction, so that a tab that closes
// in between leaves either both or neither.

const NAME = "regulars-counter";
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("state");
      asked.result.createObjectStore("queue", { keyPath: "sequence" });
      asked.result.createObjectStore("parked", { keyPath: "key" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
  });
  return opened;
}

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(names, mode, work) {
  const transaction = (await database()).transaction(names, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
  const result = await work((name) => transaction.objectStore(name));
  await done;
  return result;
}

export const get = (key) =>
  within(["state"], "readonly", (store) => answered(store("state").get(key)));

export const put = (key, value) =>
  within(["state"], "readwrite", (store) => answered(store("state").put(value, key)));

export const everything = (name) =>
  within([name], "readonly", (store) => answered(store(name).getAll()));

export const keep = (name, record) =>
  within([name], "readwrite", (store) => answered(store(name).put(record)));

export const drop = (name, key) =>
  within([name], "readwrite", (store) => answered(store(name).delete(key)));

// Changes a list as one step, also beside another tab; answers it as it is then.
export const listed = (name, change) =>
  within(["state"], "readwrite", async (store) => {
    const after = change((await answered(store("state").get(name))) ?? []);
    await answered(store("state").put(after, name));
    return after;
  });

// The next count of this till. Never lower than what the server has seen.
export const counted = (atLeast) =>
  within(["state"], "readwrite", async (store) => {
    const before = (await answered(store("state").get("sequence"))) ?? 0;
    await answered(store("state").put(Math.max(before, atLeast), "sequence"));
  });

// Gives the next number to a record and keeps both, or neither. The till's number goes with it.
export const numbered = (record) =>
  within(["state", "queue"], "readwrite", async (store) => {
    const sequence = await next(store);
    const terminal = await answered(store("state").get("terminal"));
    const whole = { ...record, terminal, sequence };
    whole.content = { ...record.content, sequence };
    await answered(store("state").put(sequence, "sequence"));
    await answered(store("queue").put(whole));
    return whole;
  });

// The number after the last one; what still waits here under another number of the till keeps its own.
async function next(store) {
  let sequence = ((await answered(store("state").get("sequence"))) ?? 0) + 1;
  while ((await answered(store("queue").getKey(sequence))) !== undefined) sequence += 1;
  return sequence;
}

// Gives a record the till's number of now and the next count, in place of those that it had.
export const renumbered = (record, more) =>
  within(["state", "queue"], "readwrite", async (store) => {
    const sequence = await next(store);
    const terminal = await answered(store("state").get("terminal"));
    const whole = { ...record, ...more, terminal, sequence };
    whole.content = { ...record.content, sequence };
    await answered(store("state").put(sequence, "sequence"));
    await answered(store("queue").delete(record.sequence));
    await answered(store("queue").put(whole));
    return whole;
  });

export const freshKey = () => crypto.randomUUID?.() ?? fallbackKey();

// Without https there is no randomUUID; a key only has to be this till's own.
function fallbackKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
