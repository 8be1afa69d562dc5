// Pages that open without a network. The browser's own cache keeps each of them without anything personal in it; with
// signal the page takes over what the server has to say now, unless somebody has begun to type.
(() => {
  "use strict";
  const PATIENCE = 4_000;
  const $ = (selector) => document.querySelector(selector);
  const isShell = () => "shell" in document.body.dataset;
  let touched = false;
  for (const name of ["input", "pointerdown", "keydown"]) document.addEventListener(name, () => (touched = true), { once: true });

  // on a slow tablet somebody may have typed before these scripts could hear it
  const typed = () => [...document.querySelectorAll("#main [type=search], #main textarea")].some((field) => field.value !== field.defaultValue);

  const addresses = (page) => [...page.querySelectorAll("script[src], link[rel=stylesheet]")].map((one) => one.getAttribute("src") ?? one.getAttribute("href"));

  // what the server says now; null without an answer
  const live = async () => {
    const answer = await fetch(location.pathname + location.search, {
      cache: "no-store",
      headers: { accept: "text/html" },
      signal: tablet.patience(PATIENCE),
    });
    if (answer.redirected) return location.replace(answer.url);
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  };
  // the program was renewed, or the language changed: only a whole page will do. It waits while somebody types, and is
  // asked for once: a network that is too slow for it must not turn the page round and round
  const RENEWED = "kiosk.renewed";
  const renew = (wanted) => {
    if (touched || tablet.recall(RENEWED) === wanted) return;
    tablet.remember(RENEWED, wanted);
    location.reload();
  };
  const takeOver = (page) => {
    const named = (one) => String([one.documentElement.lang, ...addresses(one)]);
    if (named(page) !== named(document)) return renew(named(page));
    tablet.remember(RENEWED, null);
    $("header").replaceWith(page.querySelector("header"));
    if (touched || typed()) return;
    $("#main").replaceWith(page.querySelector("#main"));
    window.htmx?.process($("#main"));
    document.dispatchEvent(new CustomEvent("record:fresh"));
  };

  // never "reload": if that fails, what was kept is gone; "no-cache" asks whether it is still good
  const keep = async (path) => {
    const answer = await fetch(path, { cache: "no-cache", headers: { "x-shell": "1", accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    await Promise.all(addresses(page).map((address) => fetch(address)));
  };
  const keepAll = async () => {
    for (const path of ($("#outbox-bar")?.dataset.shells ?? "").split(" ").filter(Boolean)) await keep(path).catch(() => {});
  };

  document.addEventListener("DOMContentLoaded", async () => {
    await tablet.facts.ready;
    if (isShell()) {
      const page = await live().catch(() => null);
      if (page) takeOver(page);
    }
    document.dispatchEvent(new CustomEvent("record:open"));
  });
  document.addEventListener("tablet:facts", keepAll, { once: true });
})();
