// A deed that was not sent survives a closed tab or an empty battery: same fields, same key, so never twice.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const place = () => `kiosk.record.${tablet.account()?.id ?? ""}`;
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
    const draft = window.recordForm.read();
    if (!draft.household && !draft.item && !draft.reason) return forget();
    const photo = window.recordPhoto.current();
    if (photo) draft.photo = await asText(photo);
    if (photo && !$("#deed")) return;
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
    try {
      await window.recordForm.write(draft, draft.photo && asFile(draft.photo));
    } finally {
      restoring = false;
    }
    $("#restored").hidden = false;
  };

  document.addEventListener("input", save);
  document.addEventListener("change", save);
  document.addEventListener("record:changed", save);
  document.addEventListener("record:kept", forget);
  document.addEventListener("record:ready", (event) => {
    if (event.detail && "sent" in event.detail.record.dataset) forget();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-discard]")) return;
    event.preventDefault();
    forget();
    location.assign("/record");
  });
  document.addEventListener("record:open", () => {
    const draft = load();
    const record = $("#record").dataset;
    const fresh = !("sent" in record || "refused" in record || $("#deed [name=household]"));
    if (draft && fresh) restore(draft);
  });
})();
