// Sending: the deed goes into the outbox first, then to the server. An answer takes it out again; without one it stays,
// the form is fresh for the next deed, and the outbox sends it as soon as it can.
(() => {
  "use strict";
  const PAGE_SENDS = 15_000; // for as long the outbox leaves the deed to the page
  const $ = (selector, within = document) => within.querySelector(selector);
  let sending = "";

  const keep = async (deed) => {
    const photo = window.recordPhoto.current() ?? null;
    const held = Date.now() + PAGE_SENDS;
    const fields = { ...deed, member: deed.member ?? "", basis: deed.basis ?? "" };
    delete fields.submission_key;
    await tablet.outbox.remove(deed.submission_key); // one that was opened to be put right
    await tablet.outbox.add([{ key: deed.submission_key, fields, held }], photo);
  };

  const send = async (form) => {
    if (sending) return;
    const deed = window.recordForm.read();
    sending = deed.submission_key;
    form.elements.device_at.value = new Date().toISOString();
    delete form.dataset.kept;
    $("#full").hidden = true;
    try {
      if (window.recordForm.isWhole(deed)) {
        await keep(deed);
        form.dataset.kept = "yes";
      }
    } catch (fault) {
      $("#full").hidden = !(fault instanceof tablet.Full);
    }
    form.dispatchEvent(new CustomEvent("deed"));
  };

  // the server has it, or gives it back into the form
  const answered = async (form) => {
    const key = sending;
    sending = "";
    if (form.dataset.kept) await tablet.outbox.remove(key).catch(() => {});
  };
  const unanswered = (form, signedOut) => {
    const key = sending;
    sending = "";
    if (!form.dataset.kept) return; // record.js says what is wrong; the form still has it
    if (signedOut) tablet.tell("tablet:signed-out");
    show(window.recordForm.read(), key);
    tablet.tell("record:kept");
    tablet.feel(60);
    tablet.outbox.release(key).catch(() => {});
  };

  // ---- the receipt of a deed that is on the tablet only ----
  const show = (deed, key) => {
    const item = $(`#deed [name=item]:checked`)?.closest(".item");
    const receipt = $("#kept-template").content.firstElementChild.cloneNode(true);
    receipt.dataset.key = key;
    $(".kept-what", receipt).textContent = [deed.household, deed.member, $(".item-title", item)?.textContent].filter(Boolean).join(" · ");
    $("[data-again]", receipt).href = `/record?household=${encodeURIComponent(deed.household)}`;
    window.recordForm.empty();
    $("#record").prepend(receipt);
    receipt.scrollIntoView({ block: "start" });
  };
  const sent = ({ entry, receipt }) => {
    const shown = $(`.receipt-kept[data-key="${entry.key}"]`);
    if (!shown) return;
    $("[data-kept]", shown).hidden = true;
    $("[data-sent]", shown).hidden = false;
    $(".kept-number", shown).textContent = receipt.event ?? "";
    $(".kept-code", shown).textContent = receipt.code ?? "";
  };

  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.id !== "deed") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      send(event.target);
    },
    true,
  );
  document.addEventListener("htmx:after:request", (event) => {
    if (event.target.id !== "deed" || !sending) return;
    const { status } = event.detail.ctx.response;
    if (status < 400 || status === 409 || status === 422) answered(event.target);
    else unanswered(event.target, status === 401 || status === 403);
    if (status < 300) tablet.feel(40);
  });
  document.addEventListener("htmx:error", (event) => event.target.id === "deed" && sending && unanswered(event.target, false));
  document.addEventListener("outbox:sent", (event) => sent(event.detail));
})();
