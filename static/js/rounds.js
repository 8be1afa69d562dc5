// Rounds from house to house: which screen is shown. Its address is behind the #, so that the tablet's own Back works
// and a round goes on where it was left, another day too.
(() => {
  "use strict";
  const EVERY = 20_000;
  const { $, all } = rounds.draw;
  document.documentElement.classList.add("scripting");
  const VIEWS = {
    "": ["list", () => rounds.lists.showRounds()],
    new: ["new", () => rounds.fresh.show()],
    house: ["house", (key, code) => rounds.house.show(key, code)],
    left: ["left", (key) => rounds.lists.showLeft(key)],
    sum: ["sum", (key) => rounds.lists.showSum(key)],
  };
  let ready = false;

  const here = () => location.hash.slice(1).split("/").map(decodeURIComponent);
  rounds.go = (place) => {
    if (location.hash.slice(1) === place) show();
    else location.hash = place;
  };
  // to where it was left, else to the first one that is left
  rounds.walk = (row) => {
    const home = row.here && tablet.household(row.here);
    const code = home && rounds.plan.isLeft(row, home) && rounds.plan.homes(row).some((one) => one.code === row.here) ? row.here : rounds.plan.after(row, "");
    rounds.go(code ? `house/${row.key}/${encodeURIComponent(code)}` : `sum/${row.key}`);
  };
  const show = () => {
    if (!ready) return;
    const [name, key, code] = here();
    const row = rounds.keep.get(key);
    if (name === "walk") return row ? rounds.walk(row) : rounds.go("");
    const [view, draw] = VIEWS[name] ?? VIEWS[""];
    for (const section of all("#rounds [data-view]")) section.hidden = section.dataset.view !== view;
    if (view !== "house") $("#rounds-done").classList.add("unsaid");
    draw(key, code);
    scrollTo(0, 0);
  };

  // what others have noted meanwhile; the screen keeps what is being tapped
  const renew = async () => {
    if (!ready || document.visibilityState !== "visible" || !(await rounds.keep.refresh())) return;
    const [name, key] = here();
    if (name === "house") rounds.house.renew();
    else if (["", "left", "sum"].includes(name)) VIEWS[name][1](key);
  };
  let soon;
  const renewSoon = () => {
    clearTimeout(soon);
    soon = setTimeout(renew, 1_500);
  };

  const begin = async () => {
    await tablet.facts.ready;
    await rounds.keep.load();
    ready = true;
    show();
    renew();
  };
  addEventListener("hashchange", show);
  addEventListener("DOMContentLoaded", begin);
  document.addEventListener("record:fresh", () => show());
  document.addEventListener("tablet:facts", () => renew());
  document.addEventListener("outbox:sent", renewSoon);
  document.addEventListener("outbox:refused", renewSoon);
  document.addEventListener("visibilitychange", renew);
  setInterval(renew, EVERY);
})();
