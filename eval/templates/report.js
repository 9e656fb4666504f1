"use strict";
// Filters, keys and links of the report; without this script all cases show, and only the filters are away.
const one = (name) => document.getElementById(name);
const cases = [...document.querySelectorAll(".case")];
const groups = [...document.querySelectorAll(".group")];
const filters = one("filters");
const [text, suite, slice, state] = ["text", "suite", "slice", "state"].map(one);
const plain = (string) => string.normalize("NFKC").toLocaleLowerCase();
const texts = new Map();

function textOf(element) {
  if (!texts.has(element)) {
    const parts = [...element.querySelectorAll("[data-find]")].map((part) => part.textContent);
    texts.set(element, plain(parts.join("\n")));
  }
  return texts.get(element);
}

function fits(element) {
  const data = element.dataset;
  return (
    (!suite.value || data.suite === suite.value) &&
    (!slice.value || data.slices.split(" ").includes(slice.value)) &&
    (!state.value || data.state.split(" ").includes(state.value)) &&
    plain(text.value).split(/\s+/).every((word) => textOf(element).includes(word))
  );
}

function apply() {
  let shown = 0;
  for (const element of cases) {
    element.hidden = !fits(element);
    shown += !element.hidden;
  }
  for (const group of groups) group.hidden = ![...group.querySelectorAll(".case")].some((element) => !element.hidden);
  const every = cases.length === 1 ? "1 case" : `${cases.length} cases`;
  one("tally").textContent = shown === cases.length ? `${every} on this page` : `${shown} of ${every} on this page`;
  one("none").hidden = shown > 0;
}

function openHash() {
  const target = location.hash && one(location.hash.slice(1));
  if (!target) return;
  if (target.closest(".group")?.hidden || target.hidden) clear();
  if (target.matches("details")) target.open = true;
  target.scrollIntoView();
}

function clear() {
  for (const field of [text, suite, slice, state]) field.value = "";
  apply();
}

function setOpen(open) {
  for (const element of cases) if (!element.hidden) element.open = open;
}

function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const here = event.target.closest?.(".case > summary");
  if (!step || !here) return;
  const shown = cases.filter((element) => !element.hidden);
  const next = shown[shown.indexOf(here.parentElement) + step];
  if (!next) return;
  event.preventDefault();
  next.firstElementChild.focus();
}

if (filters) {
  filters.hidden = false;
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("input", apply);
  one("clear").addEventListener("click", () => { clear(); text.focus(); });
  one("open").addEventListener("click", () => setOpen(true));
  one("close").addEventListener("click", () => setOpen(false));
  document.addEventListener("keydown", move);
  addEventListener("hashchange", openHash);
  apply();
  openHash();
}
