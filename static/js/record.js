// The recorder's form: chips, the forecast, and a plain word when a deed could not be saved.
// The form works without any of this; scripts listen on the document because the form is swapped whole.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add("scripting");

  // ---- the forecast ----
  let waiting;
  const forecast = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => $("#forecast")?.dispatchEvent(new CustomEvent("forecast")), 80);
  };

  // ---- chips that fill a field ----
  const fill = (name, value) => {
    const field = $(`#deed [name="${name}"]`);
    field.value = field.value === value && name !== "occurred_on" ? "" : value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const showChips = () => {
    for (const chip of all("#deed [data-fill]")) {
      chip.setAttribute("aria-pressed", String($(`#deed [name="${chip.dataset.fill}"]`).value === chip.dataset.value));
    }
  };

  // ---- trouble on the way: whatever was typed stays where it is ----
  const trouble = (words, signIn = false) => {
    const place = $("#trouble");
    if (!place) return;
    place.textContent = words;
    place.hidden = !words;
    $("#signin").hidden = !signIn;
  };
  const spoken = (text) => new DOMParser().parseFromString(text ?? "", "text/html").querySelector("main .lead")?.textContent;
  const sending = (event) => event.target.closest?.("#deed, #today form, .receipt form") && event.target.id !== "forecast";
  const isKept = (event) => Boolean(event.target.dataset?.kept); // record-send.js looks after it

  document.addEventListener("htmx:error", (event) => {
    if (event.target.id === "forecast") away(event.target);
    if (event.target.matches?.("form") && !isKept(event)) trouble($("#trouble").dataset.lost);
  });
  document.addEventListener("htmx:response:error", (event) => {
    const { status } = event.detail.ctx.response;
    if (!sending(event) || isKept(event) || status === 422 || status === 409) return;
    const said = $("#trouble").dataset;
    if (status === 401 || status === 403) trouble(said.signin, true);
    else trouble((status !== 500 && spoken(event.detail.ctx.text)) || said.broken);
  });
  document.addEventListener("htmx:before:request", (event) => sending(event) && trouble(""));
  const away = (place) => {
    const words = document.createElement("p");
    words.className = "forecast-hint";
    words.textContent = place.dataset.away;
    place.replaceChildren(words);
  };
  // the page may be older than the cookie that its token must match
  document.addEventListener("htmx:config:request", (event) => {
    if (tablet.token()) event.detail.ctx.request.headers["x-csrftoken"] = tablet.token();
  });

  // ---- after something was swapped ----
  const settle = () => {
    const record = $("#record");
    if (!record || record.dataset.settled) return;
    record.dataset.settled = "yes";
    document.dispatchEvent(new CustomEvent("record:ready", { detail: { record } }));
    if ($("#deed [name=household]")) forecast();
    if ("sent" in record.dataset) $(".receipt")?.scrollIntoView({ block: "start" });
    else if ("refused" in record.dataset) $("#record .clash, #record .problem, #record .notice.bad")?.scrollIntoView({ block: "center" });
  };
  document.addEventListener("htmx:after:swap", (event) => {
    const { target } = event.detail.ctx;
    settle();
    showChips();
    if (target?.id === "who") {
      document.dispatchEvent(new CustomEvent("record:swapped"));
      $("#query")?.focus();
    }
  });

  document.addEventListener("change", (event) => {
    if (!event.target.closest("#deed") || event.target.id === "item-query" || event.target.id === "query") return;
    showChips();
    forecast();
  });
  // points and reason change what will happen while they are typed, not only when the field is left
  document.addEventListener("input", (event) => {
    if (event.target.matches("#deed [name=points], #deed [name=reason]")) forecast();
  });
  document.addEventListener("record:changed", forecast);

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-fill]");
    if (chip) fill(chip.dataset.fill, chip.dataset.value);
    if (event.target.closest("[data-next]") && $("#query")) {
      event.preventDefault();
      $(".receipt")?.remove();
      $("#query").focus();
    }
    if (event.target.closest("[data-again]")) setTimeout(() => $(".step-what")?.scrollIntoView({ block: "start" }), 0);
  });

  // Enter in the search takes the first household instead of loading the page
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "find") return;
    event.preventDefault();
    $("#rows .house")?.click();
  });

  const begin = () => {
    settle();
    showChips();
    if (!$("#deed [name=household]")) $("#query")?.focus();
  };
  document.addEventListener("DOMContentLoaded", begin);
  document.addEventListener("record:fresh", begin);
})();
