// The Compose page: without this file every button is a plain form; with it the draft streams in and nothing jumps.
"use strict";

const part = () => document.getElementById("message");
document.documentElement.classList.add("scripted");

// After a change the focus goes to what changed, unless it is still somewhere.
function settle(root) {
  if (root.id === "content") document.documentElement.classList.remove("hushed");
  if (!document.activeElement || document.activeElement === document.body) {
    const next = root.matches("[data-focus]") ? root : root.querySelector("[data-focus]");
    next?.focus({ preventScroll: root.id !== "content" && isShown(next) });
  }
  prepare(root);
}

function isShown(element) {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight;
}

function prepare(root) {
  sending();
  if (matchMedia("(max-width: 64rem)").matches) {
    for (const group of root.querySelectorAll("details.group")) group.open = false;
  }
  root.querySelector("[data-auto]")?.click();
}

document.addEventListener("htmx:afterSettle", (event) => {
  // A part that took the place of another is found by its id; what was swapped out is no longer here.
  const target = event.detail.elt?.isConnected ? event.detail.elt : document.getElementById(event.detail.target?.id);
  if (target) settle(target);
});

// The length of the text, as it is typed.
document.addEventListener("input", (event) => {
  const count = document.getElementById("count");
  if (!count || event.target.id !== count.dataset.for) return;
  const length = [...event.target.value.trim()].length;
  count.querySelector("meter").value = length;
  count.querySelector(".counted").textContent = count.dataset.count.replace("{count}", length.toLocaleString("en"));
  count.dataset.state = length > 1900 ? "1900" : length > 800 ? "800" : length > 400 ? "400" : "fine";
});

// What sending costs, and what its button does.
function sending() {
  const send = document.getElementById("send");
  if (!send) return;
  const when = send.querySelector("[name=when]:checked")?.value;
  const both = send.querySelector("[name=with_second]")?.checked ?? false;
  for (const each of send.querySelectorAll("[data-later]")) each.classList.toggle("off", when !== "later");
  for (const each of send.querySelectorAll("#day, #hour")) each.required = when === "later";
  for (const each of send.querySelectorAll("[data-when]")) each.hidden = each.dataset.when !== when;
  for (const each of send.querySelectorAll("[data-cost]")) each.hidden = each.dataset.cost !== (both ? "2" : "1");
}

document.addEventListener("change", (event) => {
  if (event.target.closest("#send")) sending();
  const group = event.target.closest(".group");
  if (group) {
    const boxes = [...group.querySelectorAll("[name=on]")];
    const counts = group.querySelector("[data-counts]");
    counts.textContent = counts.dataset.counts
      .replace("{on}", boxes.filter((box) => box.checked).length).replace("{all}", boxes.length);
  }
});

// A field that is missing may lie in a part that is closed.
document.addEventListener("invalid", (event) => {
  event.target.closest("details")?.setAttribute("open", "");
}, true);

// Enter in a field of the page's form presses no button, but for the field that has one of its own.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && event.target.dataset?.enter;
  if (button) document.getElementById(button).click();
});

// A file may be dropped on its form.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.(".drop");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

// Reasons for a thumb down are asked for in a dialog.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    event.stopPropagation();
    document.getElementById(opener.dataset.dialog).showModal();
  }
  event.target.closest("[data-close]")?.closest("dialog").close();
}, true);

// Escape hides the facts until another sentence is pointed at or moved to (WCAG 1.4.13).
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.documentElement.classList.add("hushed");
});
for (const kind of ["focusin", "pointerover"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.closest?.(".sentence")) return;
    document.documentElement.classList.remove("hushed");
  });
}

// The first draft of a message streams in; the checked one takes its place.
let current = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "work" || document.getElementById("draft")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  stream(form);
}, true);

class Refusal extends Error {}

async function stream(form) {
  current?.abort();
  current = new AbortController();
  const card = document.getElementById("writing").content.firstElementChild.cloneNode(true);
  const [word, prose, again] = card.children;
  part().replaceChildren(card);
  word.focus();
  try {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const answer = await fetch(form.dataset.stream, {
      method: "POST", body: new URLSearchParams(new FormData(form)), signal: current.signal,
      headers: { ...headers, "HX-Request": "true", "HX-Current-URL": location.href },
    });
    const signIn = answer.headers.get("HX-Redirect");
    if (signIn) return location.assign(signIn);
    if (!answer.ok || !answer.body) throw new Refusal((await answer.json().catch(() => ({}))).detail);
    for await (const [kind, data] of events(answer.body)) {
      if (kind === "chunk") prose.append(data.text);
      else if (kind === "draft") return finish(data);
      else throw new Refusal(data.detail);
    }
    throw new Refusal();
  } catch (error) {
    if (error.name === "AbortError") return;
    card.removeAttribute("aria-busy");
    word.className = "error";
    word.setAttribute("role", "alert");
    word.textContent = (error instanceof Refusal && error.message) || card.dataset.failed; // a browser's words say nothing
    again.hidden = false;
    again.firstElementChild.focus();
  }
}

function finish(data) {
  part().innerHTML = data.html;
  history.replaceState(null, "", data.url);
  htmx.process(part());
  settle(part());
}

// Server-sent events of a response, as pairs of name and data.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    waiting += value;
    const whole = waiting.split("\n\n");
    waiting = whole.pop();
    for (const event of whole) {
      const lines = event.split("\n");
      const kind = lines.find((line) => line.startsWith("event: "))?.slice(7);
      const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
      if (kind) yield [kind, JSON.parse(data)];
    }
  }
}

prepare(document);
