// What htmx does not do by itself. No inline script, no eval: the pages forbid both.
"use strict";

// An error of a part is said aloud and in place of nothing: the page keeps what was typed.
document.addEventListener("htmx:responseError", (event) => {
  const said = document.getElementById("said");
  let detail = "";
  try { detail = JSON.parse(event.detail.xhr.responseText).detail; } catch { detail = event.detail.xhr.statusText; }
  said.textContent = detail;
});
