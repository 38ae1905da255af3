// Filters, deep links and keys of the ledger. Without this script every claim is there, and unfolds.
"use strict";
const form = document.getElementById("filters");
const claims = [...document.querySelectorAll(".claim")];
const visible = () => [...document.querySelectorAll("details")].filter((one) => one.offsetParent !== null);
const values = () => Object.fromEntries(new FormData(form));

function fits(claim, asked) {
  const { verdict, chapter, works, kind, words } = claim.dataset;
  const found = asked.words.toLowerCase().split(/\s+/).every((word) => words.includes(word));
  return found && (!asked.verdict || verdict === asked.verdict) && (!asked.chapter || chapter === asked.chapter)
    && (!asked.works || works.split("|").includes(asked.works)) && (!asked.kind || kind === asked.kind);
}

function filter() {
  const asked = values();
  for (const claim of claims) claim.hidden = !fits(claim, asked);
  for (const box of document.querySelectorAll(".part, .chapter")) box.hidden = !box.querySelector(".claim:not([hidden])");
  const shown = claims.filter((claim) => !claim.hidden).length;
  document.getElementById("count").textContent = `${shown} of ${claims.length} claims`;
}

// The address names a claim or derivation, #claim-NAME, or filters, #?verdict=disagrees&words=torus.
function follow() {
  const name = decodeURIComponent(location.hash.slice(1));
  if (name.startsWith("?")) {
    for (const [key, value] of new URLSearchParams(name.slice(1))) if (form.elements[key]) form.elements[key].value = value;
    return filter();
  }
  const target = name && document.getElementById(name);
  if (!(target instanceof HTMLDetailsElement)) return;
  if (target.closest("[hidden]")) { form.reset(); filter(); }
  target.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus({ preventScroll: true });
}

function step(event) {
  const lines = visible().map((one) => one.querySelector("summary"));
  const at = lines.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: lines.length - 1 }[event.key];
  if (at >= 0 && lines[to]) { lines[to].focus(); event.preventDefault(); }
  const open = event.key === "Escape" && event.target.closest && event.target.closest("details[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); }
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
document.getElementById("unfold").addEventListener("click", () => claims.forEach((one) => { one.open = !one.hidden; }));
document.getElementById("fold").addEventListener("click", () => claims.forEach((one) => { one.open = false; }));
document.addEventListener("keydown", step);
addEventListener("hashchange", follow);

let folded = [];  // what is unfolded for print alone
addEventListener("beforeprint", () => {
  folded = claims.filter((one) => !one.hidden && !one.open);
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
filter();
follow();
