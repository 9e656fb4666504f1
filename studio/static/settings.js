// The settings page: zone names as the browser knows them, a button that copies, and where the eye goes after a form.
"use strict";

function fillZones() {
  const list = document.getElementById("zones");
  if (!list || list.children.length || !Intl.supportedValuesOf) return;
  for (const name of Intl.supportedValuesOf("timeZone")) {
    list.append(Object.assign(document.createElement("option"), { value: name }));
  }
}

function showCopying() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  document.getElementById("said").textContent = button.dataset.said;
});

document.addEventListener("htmx:afterSettle", (event) => {
  fillZones();
  showCopying();
  const place = document.getElementById(event.detail.target.id) ?? event.detail.target;
  place.querySelector?.("[data-done]")?.focus();
});

fillZones();
showCopying();
