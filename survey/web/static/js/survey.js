// Small comforts for the survey page. It works without them, and nothing here is stored or sent.
"use strict";

const form = document.getElementById("answers");
const code = document.getElementById("code");

// A link carries the code behind "#", where no server sees it: take it out of the address at once.
const fragment = decodeURIComponent(location.hash.slice(1));
if (/^[0-9a-z-]{14,20}$/i.test(fragment) && !document.getElementById(fragment)) {
  history.replaceState(null, "", location.pathname + location.search);
  if (code && !code.value) code.value = fragment;
}

// Changing the language opens a new page: the code goes along, again behind "#".
document.querySelectorAll(".languages a").forEach((link) => link.addEventListener("click", () => {
  if (code && code.value) link.hash = code.value;
}));

// Filtered questions appear when they are asked; hidden ones are disabled, so they are not sent.
const filtered = [...document.querySelectorAll("[data-if]")];
function showAsked() {
  for (const question of filtered) {
    const source = document.getElementById("q-" + question.dataset.if);
    const wanted = question.dataset.in.split(" ");
    const asked = !source.disabled && [...source.querySelectorAll(":checked")].some((input) => wanted.includes(input.value));
    question.hidden = question.disabled = !asked;
  }
}
document.documentElement.classList.add("scripts");
form.addEventListener("change", showAsked);
showAsked();

// A number and "does not apply" exclude each other.
document.querySelectorAll("input[name$='--na']").forEach((box) => {
  const amount = document.getElementById("a-" + box.name.slice(0, -4));
  box.addEventListener("change", () => { if (box.checked) amount.value = ""; });
  amount.addEventListener("input", () => { if (amount.value) box.checked = false; });
});
