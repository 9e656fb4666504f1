// Keys for what the page also has a button for; they can be switched off, and stay off (WCAG 2.1.4).
"use strict";

const SWITCH = "overture.review.keys";
const ARROWS = { ArrowDown: "j", ArrowUp: "k" };
const dialog = document.getElementById("keys");
const use = document.getElementById("use-keys");
const areOn = () => localStorage.getItem(SWITCH) !== "off";

const show = () => {
  use.checked = areOn();
  document.querySelectorAll('button[data-key="?"]').forEach((each) => { each.hidden = false; });
  document.body.classList.toggle("no-keys", !areOn());
};

use.addEventListener("change", () => {
  localStorage.setItem(SWITCH, use.checked ? "on" : "off");
  show();
});

document.addEventListener("click", (event) => {
  if (event.target.closest('button[data-key="?"]')) dialog.showModal();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, input:not([type=checkbox], [type=radio]), dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat || !areOn()) return;
  const key = ARROWS[event.key] ?? event.key.toLowerCase();
  if (key === "enter" && event.target.matches("#down [type=checkbox]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  const wanted = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  if (!wanted || (wanted.type === "checkbox" && !wanted.closest("details").open)) return;
  event.preventDefault();
  wanted.click();
  if (key === "n") wanted.parentElement.querySelector("[type=checkbox]").focus();
});

// What was decided is gone: go on from the title of what is next.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "review") return;
  show();
  (document.getElementById("item-title") ?? document.getElementById("review-title")).focus();
});

show();
