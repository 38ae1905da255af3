// The page: settings in, curves out. All numbers come from `models.js` and `levels.js`.
"use strict";

const LAYERS = {
  exact: ["exact average", "empirical score: the mean over data sets at this N and d, integrated to 1e-6; a gap is left where double precision does not suffice", ""],
  paper: ["paper", "empirical score: the paper's t_c(x), from the second cumulant of the energies, and its effective number", "7 4"],
  limit: ["limit", "empirical score: the exact t_c(x) for log N → ∞, below which the mean Jacobian freezes; at a training point all is lost until its own weight is", "9 3 2 3"],
  linear: ["linear, κ law", "best linear denoiser of N points, trained to the end: infinitely many points at the noise κ(t, N), for d and N → ∞ at a fixed ratio", ""],
  flow: ["linear, at τ", "linear denoiser of infinitely many points after the training time τ of gradient flow, in units of 1/(learning rate · variance)", "7 4"],
  wide: ["wide network, at τ", "kernel model of the N points after the training time τ, at noised data, to leading order in 1/d with the law's covariance: early nothing is learned, late all is memorized", ""],
  law: ["law", "score of the law itself, infinitely many points", "2 4"],
};
const SHOWN = { empirical: ["law", "paper", "limit", "exact"], linear: ["law", "flow", "linear"], wide: ["law", "exact", "wide"] };
const POINTS = 60, FINE = 240; // of the exact average, of the closed forms
const SLICE = 14; // milliseconds of work before the page answers
const SLIDERS = [
  ["d", "of-data", "Dimensions d", 2, 200, "whole"],
  ["n", "of-data", "Points N", 10, 1e6, "whole"],
  ["first", "of-data", "Size of the first subspace", 1, 199, "count"],
  ["high", "of-data", "Its variance", 1e-4, 10, "log"],
  ["low", "of-data", "Variance of the rest", 1e-4, 10, "log"],
  ["radius", "of-place", "Radius, in typical ones", 0, 3, "plain"],
  ["tau", "of-model", "Training time τ", 1e-2, 1e8, "log"],
  ["t", "of-reading", "Noise variance t of the table", 1e-6, 100, "log"],
];
const FIRST = { d: 30, n: 1000, first: 2, high: 1, low: 0.09, radius: 1, tau: 1000, t: 0.1, place: "typical", model: "empirical" };
const sample = (name) => `<svg viewBox="0 0 48 8" aria-hidden="true"><line class="curve ${name}" stroke-dasharray="${LAYERS[name][2]}" x1="0" y1="4" x2="48" y2="4"/></svg> ${LAYERS[name][0]}`;
const element = (id) => document.getElementById(id);
const settings = { ...FIRST };

/** A number in three digits, as a reader writes it. */
function shown(value) {
  if (Number.isNaN(value)) return "not computable";
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3)) return value.toExponential(2).replace("-", "−");
  return String(Number(value.toPrecision(3)));
}

/** Position in [0, 1000] of a slider to its value, and back. */
function valueAt([, , , low, high, kind], position) {
  const part = position / 1000;
  if (kind === "plain") return Math.round((low + part * (high - low)) * 100) / 100;
  const value = Math.exp(Math.log(low) + part * Math.log(high / low));
  return kind === "whole" ? Math.round(value) : Number(value.toPrecision(3));
}
function positionOf([, , , low, high, kind], value) {
  return kind === "plain" ? ((value - low) / (high - low)) * 1000 : (Math.log(value / low) / Math.log(high / low)) * 1000;
}

function makeSlider(slider) {
  const [name, home, title, low, , kind] = slider, row = document.createElement("div");
  const label = document.createElement("label"), input = document.createElement("input"), output = document.createElement("output");
  Object.assign(input, { type: "range", id: name, min: kind === "count" ? low : 0, max: kind === "count" ? 199 : 1000, step: 1 });
  label.htmlFor = output.htmlFor = name;
  label.append(output, title);
  row.append(label, input);
  row.id = `row-${name}`;
  element(home).append(row);
  input.addEventListener("input", () => {
    settings[name] = kind === "count" ? Number(input.value) : valueAt(slider, Number(input.value));
    redraw();
  });
}

/** Settings that belong together, and what the controls show of them. */
function settle() {
  settings.first = Math.min(settings.first, settings.d - 1);
  for (const slider of SLIDERS) {
    const [name, , , , , kind] = slider, input = element(name);
    if (kind === "count") input.max = settings.d - 1;
    if (document.activeElement !== input || kind === "count") input.value = kind === "count" ? settings[name] : positionOf(slider, settings[name]);
    const text = Number.isInteger(settings[name]) ? String(settings[name]) : shown(settings[name]);
    input.setAttribute("aria-valuetext", text);
    element(`row-${name}`).querySelector("output").textContent = text;
  }
  for (const name of ["place", "model"]) element(name).value = settings[name];
  element("row-radius").hidden = settings.place !== "radius";
  element("row-tau").hidden = settings.model === "empirical";
  history.replaceState(null, "", `#${new URLSearchParams(settings)}`);
}

/** From a tenth of the lowest time of the settings to ten times the highest, in whole decades. */
function rangeOf({ law, times }) {
  const all = [...law.v, times.paper, times.limit];
  return [times.limit / 10, 10 * Math.max(...all)].map((t, k) => 10 ** (k ? Math.ceil(Math.log10(t)) : Math.floor(Math.log10(t))));
}

const grid = ([low, high], count) => Array.from({ length: count + 1 }, (_, i) => low * (high / low) ** (i / count));

let drawing = 0;

/** Draws the closed forms at once, and the exact averages as they are integrated. */
function redraw() {
  settle();
  const token = ++drawing, made = prepared(settings), range = rangeOf(made), names = SHOWN[settings.model];
  const curves = Object.fromEntries(names.map((name) => [name, []]));
  for (const t of grid(range, FINE)) {
    const found = closedForms(made, t);
    names.forEach((name) => found[name] && curves[name].push([t, found[name]]));
  }
  const rest = grid(range, POINTS), exact = (curves.exact = []);
  tabulate(made);
  element("key").innerHTML = names.map((name) => `<span>${sample(name)}</span>`).join("");
  (function work() {
    if (token !== drawing) return;
    const start = performance.now();
    while (rest.length && performance.now() - start < SLICE) {
      const t = rest.shift();
      exact.push([t, exactLayer(made, t)]);
    }
    draw(made, range, names, curves);
    if (rest.length) setTimeout(work);
  })();
}

function tabulate(made) {
  const { t } = settings, found = values(made, t), names = SHOWN[settings.model], [one, two] = made.law.v.map(shown);
  const head = ["layer", "effective number Ñ", `−tJ, variance ${one}`, `−tJ, variance ${two}`, `lost, of ${made.law.d}`];
  const rows = names.map((name) => {
    const { number, along } = found[name];
    return [LAYERS[name][0], number === undefined ? "–" : shown(number), ...along.map(shown), shown(lost(made.law, along))];
  });
  const cells = (row, tag) => row.map((text, k) => (k ? `<${tag}>${text}</${tag}>` : `<th scope="row">${text}</th>`)).join("");
  const titles = head.map((text) => `<th scope="col">${text}</th>`).join("");
  element("table").innerHTML = `<caption>At t = ${shown(t)}</caption><thead><tr>${titles}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("")}</tbody>`;
  const own = made.law.training ? ` The training point itself is one among many above t = ${shown(made.own)}.` : "";
  const exact = names.includes("exact") ? ` At t = ${shown(t)} the exact average has Ñ = ${shown(found.exact.number)} of N = ${made.law.n} points.` : "";
  element("said").textContent = `The condensation time t_c(x) is ${shown(made.times.paper)} by the paper's formula and ${shown(made.times.limit)} by the exact root.${own}${exact}`;
}

const WIDTH = 420, HEIGHT = 250, LEFT = 52, RIGHT = 10, TOP = 12, BOTTOM = 40;

function draw(made, range, names, curves) {
  const { law } = made, [one, two] = law.v.map(shown);
  const panels = [
    ["number", "Effective number of points Ñ (empirical score)", (value) => value.number, [1, law.n], true],
    ["first", `−tJ along the first subspace, variance ${one}`, (value) => value.along[0], [0, 1], false],
    ["rest", `−tJ along the rest, variance ${two}`, (value) => value.along[1], [0, 1], false],
    ["lost", `Directions lost, −tJ > 1/2, of ${law.d}`, (value) => lost(law, value.along), [0, law.d], false],
  ];
  element("panels").replaceChildren(...panels.map(([id, title, pick, limits, log]) => {
    const figure = document.createElement("figure");
    const own = id === "number" ? [...new Set([...names, "exact"])].filter((name) => curves[name].some(([, value]) => value.number !== undefined)) : names;
    figure.innerHTML = `<figcaption id="title-${id}">${title}</figcaption>${picture(id, made, range, own, curves, pick, limits, log)}`;
    return figure;
  }));
}

function picture(id, made, range, names, curves, pick, [low, high], log) {
  const across = (t) => LEFT + (Math.log(t / range[0]) / Math.log(range[1] / range[0])) * (WIDTH - LEFT - RIGHT);
  const part = (y) => (log ? Math.log(y / low) / Math.log(high / low) : (y - low) / (high - low));
  const up = (y) => HEIGHT - BOTTOM - Math.min(Math.max(part(y), -0.02), 1.02) * (HEIGHT - BOTTOM - TOP);
  const decades = grid(range, Math.round(Math.log10(range[1] / range[0]))), every = Math.ceil(decades.length / 7);
  const levels = log ? grid([1, 1e6], 6).map(Math.round).filter((y) => y <= high) : [0, 0.25, 0.5, 0.75, 1].map((y) => low + y * (high - low));
  const line = (x1, y1, x2, y2, kind) => `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
  const ticks = decades.map((t, i) => line(across(t), TOP, across(t), HEIGHT - BOTTOM, "grid") +
    (i % every ? "" : `<text x="${across(t)}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${shown(t)}</text>`));
  const marks = levels.map((y) => line(LEFT, up(y), WIDTH - RIGHT, up(y), "grid") + `<text x="${LEFT - 6}" y="${up(y) + 4}" text-anchor="end">${shown(y)}</text>`);
  const at = line(across(settings.t), TOP, across(settings.t), HEIGHT - BOTTOM, "mark");
  const paths = names.map((name) => `<path class="curve ${name}" stroke-dasharray="${LAYERS[name][2]}" d="${path(curves[name], pick, across, up, id === "lost")}"/>`);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title-${id}" aria-describedby="table">${ticks.join("")}${marks.join("")}${settings.t >= range[0] && settings.t <= range[1] ? at : ""}${paths.join("")}<text x="${(WIDTH + LEFT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">noise variance t</text></svg>`;
}

/** A path through the points that have a value, in steps where it counts; others leave a gap. */
function path(points, pick, across, up, steps) {
  let pen = "M";
  return points.map(([t, value]) => {
    const y = pick(value);
    if (!Number.isFinite(y)) { pen = "M"; return ""; }
    const [x, height] = [across(t).toFixed(1), up(y).toFixed(1)];
    const drawn = steps && pen === "L" ? `H${x}V${height}` : `${pen}${x} ${height}`;
    pen = "L";
    return drawn;
  }).join("");
}

function start() {
  SLIDERS.forEach(makeSlider);
  for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
    const slider = SLIDERS.find(([known]) => known === name), number = Number(text);
    if (slider && number >= slider[3] && number <= slider[4]) settings[name] = number;
    if (name === "place" || name === "model") if (element(name).querySelector(`[value="${CSS.escape(text)}"]`)) settings[name] = text;
  }
  for (const name of ["place", "model"]) element(name).addEventListener("change", () => { settings[name] = element(name).value; redraw(); });
  element("reset").addEventListener("click", () => { Object.assign(settings, FIRST); redraw(); });
  element("legend").innerHTML = Object.keys(LAYERS).map((name) => `<dt>${sample(name)}</dt><dd>${LAYERS[name][1]}.</dd>`).join("");
  redraw();
}

start();
