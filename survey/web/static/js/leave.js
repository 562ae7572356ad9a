// On every page that workers see: leaving quickly, and what this origin may have kept on the device.
"use strict";

const place = location.pathname.split("/")[2] || "";
const DRAFT = "draft:" + place;
const CARRY = "carry:" + place;
const SHIFTS = 3; // presses of Shift that leave the page
const WITHIN = 5000; // ms from one press to the next
const find = (id) => document.getElementById(id);
let drop = () => {}; // survey.js puts here how to stop sending and empty the form
let shifts = 0, since = 0;

// Storage may be switched off. `value`: undefined reads, null deletes.
function store(kind, key, value) {
  try {
    if (value === undefined) return JSON.parse(window[kind].getItem(key));
    if (value === null) window[kind].removeItem(key);
    else window[kind].setItem(key, JSON.stringify(value));
  } catch { /* then nothing is kept */ }
  return null;
}

// Of a survey that is over nothing stays: there is nothing left to send it to.
function tidy() {
  if (find("over")) store("localStorage", DRAFT, null);
}

function leave() {
  const away = find("leave").href;
  drop();
  document.body.replaceChildren();
  document.title = "";
  store("localStorage", DRAFT, null);
  store("sessionStorage", CARRY, null);
  location.replace(away);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#leave")) return;
  event.preventDefault();
  leave();
});

document.addEventListener("keydown", (event) => {
  if (event.repeat) return;
  if (event.key !== "Shift" || Date.now() - since > WITHIN) shifts = 0;
  if (event.key !== "Shift") return;
  shifts += 1;
  since = Date.now();
  if (shifts === SHIFTS) leave();
  else if (shifts === SHIFTS - 1 && find("said")) find("said").textContent = find("said").dataset.onceMore;
});

tidy();
