// The bar over every recorder's page: what waits to be sent and since when, whose turn it is to sign in, and a clock
// that is wrong. Its sentences stand in the page.
(() => {
  "use strict";
  const WRONG = 5 * 60_000;
  const $ = (selector) => document.querySelector(selector);
  const { fill } = tablet;

  const show = ({ waiting, needsYou, oldest, signIn, unable, others }) => {
    const bar = $("#outbox-bar");
    if (!bar) return;
    const said = bar.dataset;
    const words = [];
    if (waiting) words.push(fill(said.waiting, { n: waiting, time: since(oldest) }));
    if (unable) words.push(fill(said.unable, { words: unable }));
    if (needsYou) words.push(fill(said.needsYou, { n: needsYou }));
    if (others.length) words.push(fill(said.signinAs, { name: others.join("、") }));
    else if (signIn) words.push(said.signin);
    bar.hidden = !words.length;
    $("#outbox-words").textContent = words.join(" ");
    $("#outbox-see").hidden = !needsYou;
    $("#outbox-send").hidden = !waiting || signIn;
    $("#outbox-signin").hidden = !signIn;
    bar.classList.toggle("outbox-needs-you", needsYou > 0 || signIn);
  };
  const since = (moment) => (tablet.dayOf(moment) === tablet.day() ? "" : `${tablet.dayOf(moment).slice(5)} `) + tablet.clock(moment);

  const judge = ({ ahead, doubt, account }) => {
    const place = $("#tablet-clock");
    if (place) {
      const minutes = Math.round(Math.abs(ahead) / 60_000);
      place.hidden = doubt ? Boolean($("#clock-doubt")) : Math.abs(ahead) <= WRONG; // the head says it too
      const said = ahead > 0 ? place.dataset.ahead : place.dataset.behind;
      place.textContent = doubt ? place.dataset.doubt : fill(said, { n: minutes });
    }
    const named = $(".staff-name[data-account]");
    if (named && !named.dataset.account) {
      named.dataset.account = account.id;
      named.textContent = account.name;
    }
  };

  // out of reach the kept page names whoever held the tablet last: it is for them that deeds are kept
  const name = () => {
    const [named, holder] = [$('.staff-name[data-account=""]'), tablet.account()];
    if (named && holder) named.textContent = holder.name;
  };

  document.addEventListener("DOMContentLoaded", name);
  document.addEventListener("outbox:changed", (event) => show(event.detail));
  document.addEventListener("tablet:facts", (event) => judge(event.detail));
  document.addEventListener("record:fresh", async () => {
    const known = await tablet.facts.get();
    if (known) judge(known);
  });
  document.addEventListener("click", (event) => event.target.id === "outbox-send" && tablet.outbox.flush());

  // at sign-out the roster leaves the tablet; what waits stays, and one is told so first
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (form.getAttribute("action") !== "/logout" || form.dataset.told === "gone") return;
      event.preventDefault();
      const waiting = await tablet.outbox.list().catch(() => []);
      if (waiting.length && form.dataset.told !== "yes" && $("#outbox-bar")) {
        form.dataset.told = "yes";
        $("#outbox-bar").hidden = false;
        $("#outbox-words").textContent = fill($("#outbox-bar").dataset.leaving, { n: waiting.length });
        return;
      }
      await tablet.facts.forget();
      if (tablet.token() && form.elements._csrf_token) form.elements._csrf_token.value = tablet.token();
      form.dataset.told = "gone";
      form.submit();
    },
    true,
  );
})();
