// The screen in the square: asks for the board, swaps what is inside the frame, turns the slides.
// Whatever goes wrong, what is shown stays. Every wait is one timer that is set anew, so that months add up
// to nothing; how long ago something was is never asked of the wall clock.
"use strict";

const EVERY = 10_000;
const PATIENCE = 8_000;
const STALE = 60_000;
const LONGEST_PAUSE = 600_000;
const POINTER = 3_000;

const page = document.documentElement;
const frame = document.getElementById("board");
const inside = document.getElementById("inside");
const upright = matchMedia("(orientation: portrait)");
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: frame.dataset.zone, hour: "2-digit", minute: "2-digit" });
const timers = {};
const heardAt = { server: Date.now(), here: performance.now() }; // the server's time, whatever this machine's clock says
let shape = "landscape"; // of what is shown
let tag = "";
let round = 0;
let at = 0;

function after(name, wait, act) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(act, wait);
}

// asking for the board

async function ask() {
  const mine = ++round;
  const wanted = upright.matches ? "portrait" : "landscape";
  after("ask", EVERY, ask);
  rest();
  try {
    const headers = tag && wanted === shape ? { "if-none-match": tag } : {};
    const address = frame.dataset.address + (upright.matches ? "?shape=portrait" : "");
    const answer = await fetch(address, { headers, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    const text = answer.status === 200 ? await answer.text() : "";
    if (mine !== round || !answer.headers.get("kiosk-version")) return;
    if (answer.status === 200 && swap(text, wanted === shape)) {
      tag = answer.headers.get("etag") ?? "";
      shape = wanted;
    } else if (answer.status !== 304) return;
    heard(answer.headers);
  } catch {
    // the next turn asks again
  }
}

function heard(headers) {
  heardAt.server = Date.parse(headers.get("date") ?? "") || Date.now();
  heardAt.here = performance.now();
  const time = rest();
  document.querySelector("#updated .time").textContent = time;
  document.getElementById("updated").hidden = false;
  document.getElementById("stale").hidden = true;
  after("stale", STALE, stale);
  const theme = headers.get("kiosk-theme");
  const hour = Number(time.slice(0, 2));
  page.dataset.theme = theme === "day" || theme === "night" ? theme : hour >= 6 && hour < 18 ? "day" : "night";
  if (headers.get("kiosk-version") !== frame.dataset.version) renew(headers.get("kiosk-version"));
}

// Outside the hours that the village chose the page is black, but for the time in small digits.
function rest() {
  const time = clock.format(new Date(heardAt.server + performance.now() - heardAt.here));
  const { on, off } = inside.querySelector(".slides").dataset;
  const shown = !on || (on < off ? on <= time && time < off : on <= time || time < off);
  page.classList.toggle("dark", !shown);
  document.getElementById("night").hidden = shown;
  document.querySelector("#night .time").textContent = time;
  return time;
}

function stale() {
  document.getElementById("stale").hidden = false;
}

// Only once the new page is really there.
async function renew(version) {
  const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.ok && (await answer.text()).includes(`data-version="${version}"`)) location.reload();
}

// slides

function slides() {
  return [...inside.querySelectorAll(".slide")];
}

function swap(text, comparable) {
  const made = document.createElement("template");
  made.innerHTML = text;
  const board = made.content.querySelector(".slides");
  if (!board?.querySelector(".slide")) return false;
  const old = slides()[at];
  inside.replaceChildren(board);
  const same = slides().findIndex((slide) => slide.dataset.key === old?.dataset.key);
  show(same < 0 ? Math.min(at, slides().length - 1) : same);
  if (old && comparable) mark(old, slides()[at]);
  return true;
}

// What changed under the eyes of those who look glows for a moment.
function mark(old, fresh) {
  const totals = new Map([...old.querySelectorAll(".row")].map((row) => [row.dataset.household, total(row)]));
  for (const row of fresh.querySelectorAll(".row")) {
    const before = totals.get(row.dataset.household);
    row.classList.toggle("fresh", totals.size > 0 && old.dataset.key === fresh.dataset.key && before !== total(row));
  }
}

function total(row) {
  return row.querySelector(".total b")?.textContent;
}

function show(index) {
  const all = slides();
  at = (index + all.length) % all.length;
  all.forEach((slide, number) => slide.toggleAttribute("data-now", number === at));
  page.style.setProperty("--part", (at + 1) / all.length);
}

function turn(by) {
  show(at + by);
  slides()[at].classList.add("enter");
  wait();
}

function wait() {
  const seconds = Number(inside.querySelector(".slides").dataset.seconds) || 10;
  after("turn", seconds * 1000, () => turn(1));
}

function pause(on) {
  document.getElementById("paused").hidden = !on;
  clearTimeout(timers.turn);
  if (on) after("pause", LONGEST_PAUSE, () => pause(false));
  else wait();
}

function paused() {
  return !document.getElementById("paused").hidden;
}

// hands

const keys = {
  ArrowRight: () => turn(1),
  ArrowLeft: () => turn(-1),
  " ": () => pause(!paused()),
};

addEventListener("keydown", (event) => {
  if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  keys[event.key]();
  if (paused()) clearTimeout(timers.turn);
});

function pointer() {
  page.classList.remove("idle");
  after("pointer", POINTER, () => page.classList.add("idle"));
}

addEventListener("pointermove", pointer);
upright.addEventListener("change", ask);

page.classList.add("live");
pointer();
show(0);
wait();
after("stale", STALE, stale);
ask();
