// The form as plain values: read, filled in again, made fresh. Drafts and the outbox both speak of a deed like this.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const TYPED = ["submission_key", "household", "points", "occurred_on", "place", "reason", "photo_ticket", "declaration", "round"];
  const CHOSEN = ["member", "item", "basis"];
  const field = (name) => $(`#deed [name="${name}"]`);
  const picked = (name) => $(`#deed [name="${name}"]:checked`);

  // `member`, `item` and `basis` are null as long as nothing was chosen
  const read = () => {
    const deed = { late: field("late")?.checked ? "1" : "" };
    for (const name of TYPED) deed[name] = field(name)?.value ?? "";
    for (const name of CHOSEN) deed[name] = picked(name)?.value ?? null;
    return deed;
  };

  // whether nothing is missing that the tablet itself can see to be missing
  const isWhole = (deed) => {
    const item = picked("item")?.dataset;
    if (!deed.household || !item || deed.member === null || !deed.occurred_on) return false;
    if (item.minimum !== item.maximum && !deed.points) return false;
    return item.evidence !== "required" || Boolean(window.recordPhoto.current() || deed.photo_ticket || deed.basis);
  };

  const choose = async (deed) => {
    if (!deed.household || window.recordWho.choose(deed.household, deed.member ?? "")) return;
    const where = `/record/who?household=${encodeURIComponent(deed.household)}`;
    await htmx.ajax("GET", where, { target: "#who", swap: "outerHTML" });
  };
  const write = async (deed, photo) => {
    await choose(deed);
    for (const name of TYPED) if (name !== "household" && field(name)) field(name).value = deed[name] ?? "";
    for (const name of CHOSEN) {
      for (const one of all(`#deed [name="${name}"]`)) one.checked = false;
      const wanted = all(`#deed [name="${name}"]`).find((one) => one.value === deed[name]);
      if (wanted) wanted.checked = true;
    }
    if (field("late")) field("late").checked = Boolean(deed.late);
    document.dispatchEvent(new CustomEvent("record:ready"));
    field("points").value = deed.points ?? "";
    if (photo) window.recordPhoto.put(photo);
    else window.recordPhoto.drop();
    field("occurred_on").dispatchEvent(new Event("change", { bubbles: true }));
  };

  const empty = () => {
    for (const one of all("#record .problem, #record .clash, #record .receipt, #photo-kept, #record > form > .notice.bad")) one.remove();
    for (const one of all("#deed input:checked")) one.checked = false;
    for (const name of TYPED) if (field(name)) field(name).value = "";
    field("submission_key").value = tablet.mint();
    field("occurred_on").value = tablet.day();
    $("#restored").hidden = $("#reopened").hidden = true;
    window.recordPhoto.drop();
    window.recordWho.ask();
    document.dispatchEvent(new CustomEvent("record:ready"));
    $("#forecast").textContent = "";
  };

  // a kept page has no key yet, and is older than the day: its days are counted from today
  const begin = () => {
    const key = field("submission_key");
    if (key && !key.value) key.value = tablet.mint();
    for (const chip of all("#deed [data-ago]")) chip.dataset.value = tablet.day(Number(chip.dataset.ago));
    const day = field("occurred_on");
    if (day && !day.value) day.value = tablet.day();
    if (day && day.max < tablet.day()) day.max = tablet.day();
  };
  document.addEventListener("record:ready", begin);

  window.recordForm = { read, write, empty, isWhole };
})();
