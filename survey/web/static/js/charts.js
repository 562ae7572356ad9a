/* Draws the charts of a page with plotly.js, from figures that the page carries as data.
   Without it the page shows the same charts as pictures; the tables stand beside both. */
"use strict";

(() => {
  const night = window.matchMedia("(prefers-color-scheme: dark)");
  const data = (id) => JSON.parse(document.getElementById(id).textContent);
  const { config, dark } = data("chart-settings");
  const boxes = [...document.querySelectorAll(".chart-plot")];
  const drawn = new WeakMap();

  /* Figures are written in light colors; in the dark each has its counterpart. */
  function themed(value, colors) {
    if (typeof value === "string") return colors[value] ?? value;
    if (Array.isArray(value)) return value.map((one) => themed(one, colors));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, themed(one, colors)]));
  }

  function draw(box, { width, light = !night.matches } = {}) {
    const figure = themed(data(box.dataset.figure), light ? {} : dark);
    figure.layout.font.family = getComputedStyle(box).fontFamily;
    if (width) Object.assign(figure.layout, { width, autosize: false });
    let plot = drawn.get(box);
    if (!plot) {
      plot = document.createElement("div");
      plot.className = "chart-drawing";
      box.append(plot);
    }
    const done = Plotly.react(plot, figure.data, figure.layout, config);
    drawn.set(box, plot);
    box.classList.add("is-drawn");
    return done;
  }

  if (typeof Plotly === "undefined") return; // the pictures stay

  const near = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      near.unobserve(entry.target);
      draw(entry.target);
    }
  }, { rootMargin: "400px" });
  boxes.forEach((box) => near.observe(box));

  const again = (options) => boxes.filter((box) => drawn.has(box)).forEach((box) => draw(box, options));
  night.addEventListener("change", () => again());

  /* Paper is white and about this wide, and it has no part that is not yet scrolled to. */
  window.addEventListener("beforeprint", () => boxes.forEach((box) => draw(box, { width: 640, light: true })));
  window.addEventListener("afterprint", () => again());
})();
