// What htmx does not do by itself. No inline script, no eval: the pages forbid both.
"use strict";

// An error of a part is said aloud and in place of nothing: the page keeps what was typed.
document.addEventListener("htmx:responseError", (event) => {
  const said = document.getElementById("said");
  let detail = "";
  try {
    const problem = JSON.parse(event.detail.xhr.responseText);
    detail = problem.errors?.map((each) => `${each.field.split(".").pop()}: ${each.detail}`).join("; ") ?? problem.detail;
  } catch { detail = event.detail.xhr.statusText; }
  said.textContent = detail;
});
