// Typing in sheets: Enter goes to the next input, and from the last one to the button.
"use strict";
const form = document.querySelector(".sheet-entry");
const stops = [...form.querySelectorAll("input:not([type=hidden]), button:not([disabled])")];

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  const next = stops[stops.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  if (next) {
    next.focus();
    if (next.select) next.select();
  }
});

// One sheet is sent once, however often the button is pressed.
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => delete form.dataset.sent);
