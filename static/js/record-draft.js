// A deed that was not sent survives a closed tab or an empty battery: same fields, same key, so never twice.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const place = () => `kiosk.record.${tablet.account()?.id ?? ""}`;
  let restoring = false;

  const load = () => {
    try {
      return JSON.parse(tablet.recall(place()));
    } catch {
      return null;
    }
  };
  const forget = () => tablet.remember(place(), null);
  const save = async () => {
    if (restoring || !$("#deed")) return;
    const draft = window.recordForm.read();
    if (!draft.household && !draft.item && !draft.reason) return forget();
    const photo = window.recordPhoto.current();
    if (photo) draft.photo = await asText(photo);
    if (photo && !$("#deed")) return;
    if (tablet.remember(place(), JSON.stringify(draft))) return;
    delete draft.photo; // too large to keep; the words matter more
    tablet.remember(place(), JSON.stringify(draft));
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

  // one that the outbox has is safe, and left to it; unless it was opened there to be put right
  const restore = async (draft) => {
    const kept = await tablet.outbox.find(draft.submission_key).catch(() => undefined);
    if (kept && !kept.opened) return forget();
    restoring = true;
    try {
      await window.recordForm.write(draft, draft.photo && asFile(draft.photo));
    } finally {
      restoring = false;
    }
    $(kept ? "#reopened" : "#restored").hidden = false;
  };

  document.addEventListener("input", save);
  document.addEventListener("change", save);
  document.addEventListener("record:changed", save);
  document.addEventListener("record:kept", forget);
  document.addEventListener("record:ready", (event) => {
    const said = event.detail?.record.dataset ?? {};
    if ("sent" in said) forget();
    else if ("refused" in said) save();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-discard]")) return;
    event.preventDefault();
    forget();
    const away = () => location.assign("/record");
    tablet.outbox.release(window.recordForm.read().submission_key).then(away, away);
  });
  document.addEventListener("record:open", () => {
    const draft = load();
    const record = $("#record").dataset;
    const fresh = !("sent" in record || "refused" in record || $("#deed [name=household]"));
    if (draft && fresh) restore(draft);
  });
})();
