// Sending: the deed goes into the outbox first, then to the server. An answer takes it out again; without one it stays,
// the form is fresh for the next deed, and the outbox sends it as soon as it can.
(() => {
  "use strict";
  const PAGE_SENDS = 15_000; // for as long the outbox leaves the deed to the page
  const $ = (selector, within = document) => within.querySelector(selector);
  let sending = "";
  let renewing;
  const arrived = new Map(); // sent by the outbox while the page still waited for its own answer

  const keep = async (deed) => {
    const photo = window.recordPhoto.current() ?? null;
    const fields = { ...deed, member: deed.member ?? "", basis: deed.basis ?? "" };
    delete fields.submission_key;
    const [entry] = await tablet.outbox.add([{ key: deed.submission_key, fields, held: PAGE_SENDS }], photo);
    return entry.version;
  };

  const send = async (form) => {
    if (sending) return;
    sending = window.recordForm.read().submission_key;
    await window.recordPhoto.settled();
    const deed = window.recordForm.read();
    form.elements.device_at.value = new Date().toISOString();
    delete form.dataset.kept;
    $("#full").hidden = true;
    try {
      if (window.recordForm.isWhole(deed)) {
        form.dataset.kept = await keep(deed);
        renewing = setInterval(() => tablet.outbox.hold(deed.submission_key, PAGE_SENDS).catch(() => {}), PAGE_SENDS / 3);
      }
    } catch (fault) {
      $("#full").hidden = !(fault instanceof tablet.Full);
    }
    form.dispatchEvent(new CustomEvent("deed"));
  };

  // the server has it, or gives it back into the form
  const answered = async (form) => {
    const key = over();
    if (form.dataset.kept) await tablet.outbox.remove(key, { version: form.dataset.kept }).catch(() => {});
  };
  const unanswered = (form, signedOut) => {
    const key = over();
    if (!form.dataset.kept) return; // record.js says what is wrong; the form still has it
    tablet.outbox.release(key).catch(() => {});
    if (signedOut) tablet.tell("tablet:signed-out");
    show(window.recordForm.read(), key);
    if (arrived.has(key)) sent(arrived.get(key));
    tablet.tell("record:kept");
    tablet.feel(60);
  };
  const over = () => {
    const key = sending;
    sending = "";
    clearInterval(renewing);
    return key;
  };
  // anything may stand between a tablet and the server, and be friendly: a hotel's sign-in page takes no deeds
  const isOurs = ({ response: { status }, text }) =>
    (status < 300 && /<div id="record"[^>]* data-sent/.test(text)) || ((status === 409 || status === 422) && /<div id="record"/.test(text));

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
    const { ctx } = event.detail;
    const { status } = ctx.response;
    if (isOurs(ctx)) answered(event.target);
    else {
      if (status < 400) ctx.swap = "none";
      unanswered(event.target, status === 401 || status === 403);
    }
    if (status < 300) tablet.feel(40);
  });
  document.addEventListener("htmx:error", (event) => event.target.id === "deed" && sending && unanswered(event.target, false));
  document.addEventListener("outbox:sent", ({ detail }) => {
    if (detail.entry.key === sending) arrived.set(sending, detail);
    sent(detail);
  });
})();
