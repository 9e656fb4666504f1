// What htmx does not do by itself. No inline script, no eval: the pages forbid both.
"use strict";

const said = () => document.getElementById("said");

// An answer of ours that says what was refused is a part of the page: it is put in place like any other.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  if (answer.status < 400 || !(answer.getResponseHeader("content-type") ?? "").startsWith("text/html")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// Any other error is said aloud and in place of nothing: the page keeps what was typed.
document.addEventListener("htmx:responseError", (event) => {
  let problem = {};
  try { problem = JSON.parse(event.detail.xhr.responseText); } catch { /* it was no answer of ours */ }
  const all = problem.errors?.map((each) => line({ ...each, field: each.field.split(".").pop() })) ?? [line(problem)];
  said().textContent = all.filter(Boolean).join("; ") || said().dataset.failed;
});
document.addEventListener("htmx:sendError", () => { said().textContent = said().dataset.failed; });

function line({ field, detail, expected }) {
  return [field, detail, expected && said().dataset.expected.replace("{what}", expected)].filter(Boolean).join(": ");
}

// What was said goes with the next thing that somebody does; the bell asks by itself.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id !== "bell") said().textContent = "";
});
