// Comforts for the survey page, which works without them. Nothing is stored unless the worker asks for a draft,
// and nothing is sent before "Send my answers". leave.js comes first: storage, and leaving quickly.
"use strict";

const BLOCK = 4096; // bytes: bodies are padded to a multiple of it
const SECONDS = 30; // for one try to send
let form, filtered, asked, seen, part, watch, keeping = false;
let body = "", tries = 0, timer = 0, trying = null;

function start() {
  form = find("answers");
  tidy();
  if (!form) return;
  document.documentElement.classList.add("scripts");
  for (const plain of document.querySelectorAll("form .plain")) plain.remove();
  for (const id of ["progress", "how-to-leave", "draft", "look"]) find(id).hidden = false;
  filtered = [...form.querySelectorAll("[data-if]")];
  seen = 0;
  part = "";
  form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  form.addEventListener("keydown", (event) => {
    // Enter in a field would send for good.
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
  form.addEventListener("focusin", entered);
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  exclude();
  find("look").addEventListener("toggle", look);
  find("again").addEventListener("click", attempt);
  startDraft();
  takeCode();
  document.querySelectorAll(".languages a").forEach((link) => link.addEventListener("click", carry));
  changed();
  watchSeen();
  layOut([...form.querySelectorAll("section")]);
}

// The style sheet leaves sections out of sight for later: here is when, one at a time, so that nothing jumps afterwards.
function layOut([section, ...others]) {
  if (!section) return;
  (window.requestIdleCallback || setTimeout)(() => { section.style.contentVisibility = "visible"; layOut(others); });
}

function changed() {
  showAsked();
  count();
  if (find("look").open) look();
  if (keeping) keep();
}

// --- what is asked, and how far one is

// Filtered questions appear when they are asked; hidden ones are disabled, so they are not sent.
function showAsked() {
  for (const question of filtered) {
    const source = find("q-" + question.dataset.if);
    const wanted = question.dataset.in.split(" ");
    const shown = !source.disabled && [...source.querySelectorAll(":checked")].some((input) => wanted.includes(input.value));
    question.hidden = question.disabled = !shown;
  }
  asked = [...form.querySelectorAll(".question:not([hidden])")];
}

// A number and "does not apply" exclude each other.
function exclude() {
  form.querySelectorAll("input[name$='--na']").forEach((box) => {
    const amount = find("a-" + box.name.slice(0, -4));
    box.addEventListener("change", () => { if (box.checked) amount.value = ""; });
    amount.addEventListener("input", () => { if (amount.value) box.checked = false; });
  });
}

const answers = (question) => [...question.querySelectorAll("input")].filter((input) => (input.type === "text" || input.checked) && input.value);

function count() {
  const text = find("progress").dataset.answered;
  const done = asked.filter((question) => answers(question).length).length;
  find("answered").textContent = text.replace("{n}", done).replace("{all}", asked.length);
  find("seen").max = asked.length;
  find("seen").value = Math.min(seen, asked.length);
}

function watchSeen() {
  if (!window.IntersectionObserver) return;
  watch = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) seen = Math.max(seen, asked.indexOf(entry.target) + 1);
    count();
  }, { threshold: 0.5 });
  for (const question of form.querySelectorAll(".question")) watch.observe(question);
}

// Said once for each part that is entered: often enough for who listens, and no more.
function entered(event) {
  const at = event.target.closest("section")?.querySelector(".part")?.textContent;
  if (!at || at === part) return;
  if (part) find("said").textContent = at + ". " + find("answered").textContent;
  part = at;
}

// --- looking over what was answered

function make(name, text, ...inside) {
  const made = document.createElement(name);
  made.append(text, ...inside);
  return made;
}

function look() {
  const out = find("looked");
  out.replaceChildren();
  for (const section of form.querySelectorAll("section")) {
    const questions = asked.filter((question) => section.contains(question));
    if (!questions.length) continue;
    const list = document.createElement("dl");
    for (const question of questions) list.append(...line(question, out.dataset));
    out.append(make("h3", section.querySelector("h2").lastChild.textContent.trim()), list);
  }
}

function line(question, words) {
  const text = question.querySelector("legend").textContent;
  const name = make("span", " " + text);
  name.className = "hidden";
  const link = make("a", words.change, name);
  link.href = "#" + question.querySelector("input").id;
  return [make("dt", text), make("dd", answers(question).map(said).join("; ") || words.none, " ", link)];
}

function said(input) {
  if (input.type !== "text") return input.labels[0].textContent;
  const unit = input.parentNode.querySelector("option:checked, span");
  return input.value + (unit ? " " + unit.textContent : "");
}

// --- a draft on this device, if the worker asks for one; and the way to another language

function typed() {
  return [...new FormData(form)].filter(([name]) => name !== "code");
}

function fill(pairs) {
  const inputs = [...document.querySelectorAll("#answers [name], [form=answers]")];
  for (const [name, value] of pairs) {
    for (const input of inputs.filter((one) => one.name === name)) {
      if (!/radio|checkbox/.test(input.type)) input.value = value;
      else if (input.value === value) input.checked = true;
    }
  }
  changed();
}

function keep() {
  store("localStorage", DRAFT, { rules: form.dataset.rules, fields: typed() });
}

function forget() {
  store("localStorage", DRAFT, null);
  find("found").hidden = true;
}

function startDraft() {
  const box = find("keep"), carried = store("sessionStorage", CARRY), draft = store("localStorage", DRAFT);
  store("sessionStorage", CARRY, null);
  box.addEventListener("change", () => { keeping = box.checked; if (!keeping) forget(); });
  find("forget").addEventListener("click", forget);
  find("go-on").addEventListener("click", () => {
    box.checked = keeping = true;
    find("found").hidden = true;
    fill(draft.fields);
    form.querySelector("input").focus();
  });
  const mine = (found) => found && found.rules === form.dataset.rules && Array.isArray(found.fields);
  if (mine(carried)) {
    keeping = carried.keeping;
    showAsked();
    fill(carried.fields);
  }
  box.checked = keeping;
  if (draft && !mine(draft)) forget();
  else find("found").hidden = !draft || keeping;
}

// A link carries the code behind "#", where no server sees it: take it out of the address at once.
function takeCode() {
  let fragment = "";
  try { fragment = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  if (!/^[0-9a-z-]{14,20}$/i.test(fragment) || find(fragment)) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (find("code") && !find("code").value) find("code").value = fragment;
}

// Changing the language opens a new page: what was typed goes along and is deleted there, the code again behind "#".
function carry(event) {
  const code = find("code");
  if (code && code.value) event.currentTarget.hash = code.value;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  store("sessionStorage", CARRY, { rules: form.dataset.rules, fields: typed(), keeping });
}

// --- sending: kept until the server has it, and counted once, as the form id stays the same

function padded() {
  const text = new URLSearchParams(new FormData(form)) + "&pad=";
  return text + "0".repeat((BLOCK - (text.length % BLOCK)) % BLOCK);
}

function send() {
  if (body) return;
  body = padded();
  tries = 0;
  addEventListener("beforeunload", hold);
  for (const one of form.querySelectorAll("section, .field, #draft")) one.inert = !one.contains(find("sending"));
  attempt();
}

function hold(event) { event.preventDefault(); }

function stop() {
  body = "";
  clearTimeout(timer);
  removeEventListener("beforeunload", hold);
  if (watch) watch.disconnect();
  if (trying) trying.abort();
}

async function attempt() {
  if (!body || trying) return;
  clearTimeout(timer);
  tell("sending");
  trying = new AbortController();
  const mine = trying, limit = setTimeout(() => mine.abort(), SECONDS * 1000);
  let wait = 0;
  try {
    const reply = await fetch(form.getAttribute("action"), {
      method: "POST", body, signal: mine.signal, credentials: "omit", cache: "no-store",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    const html = await reply.text();
    if (!body) return; // left meanwhile
    const thanked = reply.ok && new URL(reply.url).pathname === form.dataset.thanks;
    const page = new DOMParser().parseFromString(html, "text/html");
    if (thanked || (page.getElementById("main") && final(reply))) return show(page, thanked ? reply.url : "");
    wait = Number(reply.headers.get("Retry-After")) || 0;
  } catch { /* no connection: tried again below */ } finally {
    clearTimeout(limit);
    trying = null;
  }
  if (body) later(wait);
}

// A page that says what is wrong, or that nothing was answered; anything else may pass.
function final(reply) {
  if (reply.status === 503) return !reply.headers.has("Retry-After");
  return reply.status >= 400 && reply.status < 500 && ![408, 425, 429].includes(reply.status);
}

function later(wait) {
  tries += 1;
  const pause = Math.max(wait, Math.min(60, 2 ** tries)) * (1 + Math.random() / 4);
  tell(navigator.onLine ? "kept" : "offline");
  timer = setTimeout(attempt, pause * 1000);
}

function tell(state) {
  const box = find("sending");
  find("send").disabled = true;
  find("again").hidden = state === "sending";
  find("state").textContent = find("said").textContent = box.dataset[state];
  if (box.hidden) { box.hidden = false; box.focus(); }
}

// The server's page takes this one's place, without another request that could fail.
function show(page, address) {
  stop();
  if (address) {
    store("localStorage", DRAFT, null);
    keeping = false;
    history.replaceState(null, "", address);
  }
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  start();
  scrollTo(0, 0);
  (document.querySelector(".error-summary, .looked") || find("main")).focus({ preventScroll: true });
}

drop = () => {
  stop();
  if (form) HTMLFormElement.prototype.reset.call(form);
};
addEventListener("online", attempt);
addEventListener("offline", () => { if (body && !trying) tell("offline"); });
start();
