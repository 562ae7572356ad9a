/* Looks at stewards' words while they are typed, so that a slip is found before anything is sent: a page that
   comes back never holds words. It works without this, and nothing here is stored or sent. */
"use strict";

(() => {
  const form = document.querySelector("form[data-words]");
  const wanted = Number(form.dataset.words);
  const list = JSON.parse(document.getElementById("word-list").textContent);
  const starts = new Set(list.map((word) => word.slice(0, 4)));
  const known = new Set(list);
  const wordsIn = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().match(/[a-z]+/g) ?? [];
  const isKnown = (word) => known.has(word) || (word.length === 4 && starts.has(word));

  /* What is wrong, in words; "" where nothing is. */
  function slip(words) {
    const wrong = words.findIndex((word) => !isKnown(word));
    if (wrong >= 0) return `Word ${wrong + 1} is not on the list of words.`;
    if (words.length !== wanted) return `${words.length} of ${wanted} words.`;
    return "";
  }

  for (const area of form.querySelectorAll("textarea")) {
    const note = document.createElement("p");
    note.className = "hint";
    note.setAttribute("role", "status");
    area.after(note);
    area.addEventListener("input", () => {
      const words = wordsIn(area.value);
      /* The last word is still being typed, unless something follows it. */
      const done = /[a-z]$/i.test(area.value) && words.length < wanted ? words.slice(0, -1) : words;
      note.textContent = words.length ? slip(done) || "All 20 words are on the list." : "";
    });
  }

  form.addEventListener("submit", (event) => {
    /* Where words are only tried, a sheet may be left out. */
    const left = (area) => "some" in form.dataset && !area.value.trim();
    const wrong = [...form.querySelectorAll("textarea")].find((area) => !left(area) && slip(wordsIn(area.value)));
    if (!wrong) return;
    event.preventDefault();
    wrong.nextElementSibling.textContent = slip(wordsIn(wrong.value));
    wrong.focus();
  });
})();
