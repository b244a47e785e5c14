// Keeps the shell of the member's phone, and nothing that belongs to a member.
"use strict";
const SHELL = "shell-{{ version }}";
const KEPT = [{% for each in kept %}"{{ each }}", {% endfor %}"{{ offline }}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((each) => each !== SHELL).map((each) => caches.delete(each))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const asked = new URL(event.request.url);
  if (event.request.method !== "GET" || asked.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match("{{ offline }}")));
  } else if (KEPT.includes(asked.pathname)) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});
