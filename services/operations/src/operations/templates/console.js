"use strict";
const PERIOD = 2000;
const pulse = document.getElementById("pulse");

const shown = new Map();

function busy(part) {
  const at = document.activeElement;
  return part.querySelector("details[open]") || (part.contains(at) && at.matches("button, select, input, summary"));
}

function swap(part, fresh) {
  const html = fresh.innerHTML;
  if (shown.get(part.id) === html || busy(part)) return;
  shown.set(part.id, html);
  const known = new Set([...part.querySelectorAll("[data-key]")].map((row) => row.dataset.key));
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  for (const row of fresh.querySelectorAll("[data-key]")) {
    if (!known.has(row.dataset.key)) row.classList.add("new");
  }
  part.innerHTML = fresh.innerHTML;
  if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(document.body.dataset.parts, { headers: { Accept: "text/html" } });
    if (answer.status === 401 || answer.status === 403) return location.assign("/login");
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const twin = fresh.getElementById(part.id);
      if (twin) swap(part, twin);
    }
    say("live", false);
  } catch {
    say("not reachable, trying again", true);
  }
}

function say(word, lost) {
  if (pulse.textContent !== word) pulse.textContent = word;
  pulse.classList.toggle("lost", lost);
}

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

async function act(form, button) {
  const all = Object.fromEntries(new FormData(form));
  const { message_id, reason, ...where } = all;
  const body = button.dataset.url.endsWith("discard") ? all : where;
  const said = form.querySelector("output");
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Idempotency-Key": key() },
      body: JSON.stringify(body),
    });
    said.textContent = answer.ok ? `Asked ${body.service}; it disappears here once that is done.` : (await answer.json()).detail;
    form.querySelector("details").open = false;
  } catch {
    said.textContent = "Not reachable; nothing was asked.";
  }
  button.disabled = false;
  button.blur();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-act]")) return;
  event.preventDefault();
  act(event.target, event.submitter);
});

async function keepUp() {
  await refresh();
  setTimeout(keepUp, PERIOD);
}
setTimeout(keepUp, PERIOD);
