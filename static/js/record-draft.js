// A deed that was not sent survives a closed tab or an empty battery: same fields, same key, so never twice.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const TYPED = ["submission_key", "household", "points", "occurred_on", "place", "reason", "photo_ticket", "declaration"];
  const CHOSEN = ["member", "item", "basis"];
  const place = () => `kiosk.record.${$("#record").dataset.account}`;
  const field = (name) => $(`#deed [name="${name}"]`);
  let restoring = false;

  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(place()));
    } catch {
      return null;
    }
  };
  const forget = () => localStorage.removeItem(place());
  const save = async () => {
    if (restoring || !$("#deed")) return;
    const draft = {};
    for (const name of TYPED) draft[name] = field(name)?.value ?? "";
    for (const name of CHOSEN) draft[name] = $(`#deed [name="${name}"]:checked`)?.value ?? null;
    draft.late = Boolean(field("late")?.checked);
    if (!draft.household && !draft.item && !draft.reason) return forget();
    const photo = window.recordPhoto.current();
    if (photo) draft.photo = await asText(photo);
    try {
      localStorage.setItem(place(), JSON.stringify(draft));
    } catch {
      delete draft.photo; // too large to keep; the words matter more
      localStorage.setItem(place(), JSON.stringify(draft));
    }
  };
  const asText = (file) =>
    new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = () => done(undefined);
      reader.readAsDataURL(file);
    });
  const asFile = (text) => {
    const [head, body] = text.split(",");
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    return new File([bytes], "photo.jpg", { type: /:(.*?);/.exec(head)[1] });
  };

  const restore = async (draft) => {
    restoring = true;
    const where = `/record/who?household=${encodeURIComponent(draft.household)}`;
    try {
      if (draft.household) await htmx.ajax("GET", where, { target: "#who", swap: "outerHTML" });
    } finally {
      restoring = false;
    }
    for (const name of TYPED) if (name !== "household" && field(name)) field(name).value = draft[name];
    for (const name of CHOSEN) {
      for (const one of document.querySelectorAll(`#deed [name="${name}"]`)) {
        if (one.value === draft[name] && !$(`#deed [name="${name}"]:checked`)) one.checked = true;
      }
    }
    if (field("late")) field("late").checked = draft.late;
    document.dispatchEvent(new CustomEvent("record:ready"));
    field("points").value = draft.points;
    if (draft.photo) window.recordPhoto.put(asFile(draft.photo));
    $("#restored").hidden = false;
    field("occurred_on").dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("input", save);
  document.addEventListener("change", save);
  document.addEventListener("record:changed", save);
  document.addEventListener("record:ready", (event) => {
    if (event.detail && "sent" in event.detail.record.dataset) forget();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-discard]")) return;
    event.preventDefault();
    forget();
    location.assign("/record");
  });
  document.addEventListener("DOMContentLoaded", () => {
    const draft = load();
    const fresh = !("sent" in $("#record").dataset || "refused" in $("#record").dataset || field("household"));
    if (draft && fresh) restore(draft);
  });
})();
