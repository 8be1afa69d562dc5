// What is on the tablet and not yet with the server: seen, opened and put right, thrown away, or saved to a file.
(() => {
  "use strict";
  const EDITING = 10 * 60_000;
  const $ = (selector, within = document) => within.querySelector(selector);
  const titleOf = (code) => {
    const item = tablet.items().find((one) => one.code === code);
    if (!item) return code ?? "";
    return document.documentElement.lang === "en" && item.title_en ? item.title_en : item.title;
  };
  // what else waits is known by its address
  const otherOf = ({ path }) => (path.endsWith("/reversal") ? $("#waiting").dataset.undo : path.startsWith("/record/rounds") ? $("#waiting").dataset.round : "");
  const row = (entry) => {
    const line = $("#waiting-row").content.firstElementChild.cloneNode(true);
    const { fields } = entry;
    const mine = entry.account === tablet.account()?.id;
    const needed = entry.state === "needs-you";
    line.dataset.key = entry.key;
    line.classList.toggle("waiting-needs-you", needed);
    $(".deed-time", line).textContent = tablet.clock(entry.at);
    $(".waiting-house", line).textContent = fields.household ?? "";
    const what = entry.kind === "deed" ? [fields.member, titleOf(fields.item), fields.points] : [otherOf(entry)];
    $(".waiting-what", line).textContent = what.filter(Boolean).join(" · ");
    $(".waiting-reason", line).textContent = fields.reason ?? "";
    $(".waiting-problems", line).textContent = needed ? entry.problems.map((one) => one.message).join(" ") : "";
    $(".waiting-photo", line).hidden = !entry.photo;
    $(".waiting-by", line).textContent = mine ? "" : tablet.fill($("#waiting").dataset.by, { name: entry.by });
    $("[data-state=needs-you]", line).hidden = !needed;
    $("[data-state=waiting]", line).hidden = needed;
    $("[data-open]", line).hidden = entry.kind !== "deed" || !mine;
    $("[data-drop]", line).hidden = !mine;
    return line;
  };
  // many may come at once: it is drawn when they have come, and what did not change is not made anew
  let rows = new Map();
  const rowOf = (entry) => {
    const known = rows.get(entry.key);
    const said = JSON.stringify([entry.version, entry.state, entry.problems]);
    return known?.said === said ? known : { said, line: row(entry) };
  };
  let drawing;
  let wanted = location.hash === "#waiting"; // from the bar of another page
  const draw = () => {
    clearTimeout(drawing);
    drawing = setTimeout(() => drawNow().catch(() => {}), 60);
  };
  // those that stay are not touched: a browser lays out anew whatever is taken out and put back
  const show = (list, lines) => {
    const wanted = new Set(lines);
    for (const line of [...list.children]) if (!wanted.has(line)) line.remove();
    lines.forEach((line, at) => list.children[at] === line || list.insertBefore(line, list.children[at] ?? null));
  };
  const forget = () => {
    rows.clear(); // who holds the tablet and what the items are called may be others now
    draw();
  };
  const drawNow = async () => {
    const place = $("#waiting");
    if (!place) return;
    const entries = (await tablet.outbox.list()).filter((entry) => entry.opened || !tablet.outbox.isHeld(entry));
    place.hidden = !entries.length;
    $("#waiting-count").textContent = entries.length;
    rows = new Map(entries.map((entry) => [entry.key, rowOf(entry)]));
    show($("#waiting-list"), [...rows.values()].map(({ line }) => line));
    if (wanted && entries.length) place.scrollIntoView({ block: "start" });
    wanted = false;
  };

  const open = async (key) => {
    const entry = await tablet.outbox.find(key);
    if (!entry) return;
    await tablet.outbox.hold(key, EDITING, true);
    const kept = entry.photo && (await tablet.store.get("photos", entry.photo));
    const photo = kept && new File([kept.blob], "photo.jpg", { type: kept.blob.type || "image/jpeg" });
    await window.recordForm.write({ ...entry.fields, submission_key: key }, photo);
    $("#reopened").hidden = false;
    $("#deed").scrollIntoView({ block: "start" });
  };
  // the first tap asks, the second does it; a stray one is forgotten
  const SURE_FOR = 5_000;
  const drop = async (button, key) => {
    if (!button.dataset.sure) {
      const asked = button.textContent;
      button.dataset.sure = "yes";
      button.textContent = $("#waiting").dataset.sure;
      setTimeout(() => {
        delete button.dataset.sure;
        button.textContent = asked;
      }, SURE_FOR);
      return;
    }
    await tablet.outbox.remove(key);
  };

  document.addEventListener("outbox:changed", draw);
  document.addEventListener("tablet:facts", forget);
  document.addEventListener("record:open", forget);
  document.addEventListener("click", (event) => {
    const key = event.target.closest("#waiting [data-key]")?.dataset.key;
    if (key && event.target.closest("[data-open]")) open(key);
    const button = event.target.closest("[data-drop]");
    if (key && button) drop(button, key);
    if (event.target.closest("#waiting-save")) tablet.saveOutbox();
  });

  // the list below knows what the server has: it is asked again once the last one has arrived
  let asking;
  document.addEventListener("outbox:sent", () => {
    clearTimeout(asking);
    asking = setTimeout(() => $("#today") && htmx.ajax("GET", "/record/today", { target: "#today", swap: "outerHTML" }), 400);
  });
})();
