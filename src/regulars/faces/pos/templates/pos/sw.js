{% autoescape off %}// Keeps the till's page in the browser. The newest is asked for first, and what was kept is shown
// when nobody answers. Data never pass through here.
const NAME = "counter-{{ version }}";
const SHELL = "{{ shell }}";
const KEPT = [{% for each in kept %}"{{ each }}", {% endfor %}SHELL];
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT))
    .then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names
    .filter((name) => name.startsWith("counter-") && name !== NAME)
    .map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

async function newest(request, key) {
  const cache = await caches.open(NAME);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await cache.put(key, answer.clone());
    if (answer.status < 500) return answer;
  } catch {
    // Nobody answers: what was kept is shown.
  }
  return (await cache.match(key)) ?? Response.error();
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === SHELL) event.respondWith(newest(event.request, SHELL));
  else if (KEPT.includes(url.pathname)) event.respondWith(newest(event.request, url.pathname));
});
{% endautoescape %}
