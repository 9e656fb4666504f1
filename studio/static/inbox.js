"use strict";

// A smart reply brings its text along until somebody writes their own.
document.addEventListener("change", (event) => {
  const choice = event.target;
  if (!(choice instanceof HTMLInputElement) || choice.name !== "smart") return;
  const answer = choice.form.elements.text;
  const templates = [...choice.form.querySelectorAll("[data-text]")].map((each) => each.dataset.text);
  if (answer.value === "" || templates.includes(answer.value)) answer.value = choice.dataset.text ?? "";
});

// What had the focus may be gone after a change: go on from the conversation's title.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "inbox" && document.activeElement === document.body) {
    document.getElementById("thread-title")?.focus();
  }
});
