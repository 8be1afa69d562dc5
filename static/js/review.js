// Keys for the reviewers' list: everything they do can be done with the buttons too.
(() => {
  "use strict";
  const all = () => [...document.querySelectorAll(".review-group")];
  const here = () => document.activeElement?.closest(".review-group");
  const go = (group) => {
    if (!group) return;
    group.focus({ preventScroll: true });
    group.scrollIntoView({ block: "nearest" });
  };
  const move = (by) => {
    const groups = all();
    const place = groups.indexOf(here());
    go(groups[place < 0 ? 0 : Math.min(Math.max(place + by, 0), groups.length - 1)]);
  };
  const askBack = (group) => {
    const row = document.activeElement.closest(".review-row") ?? group;
    const details = row.querySelector("details.ask");
    if (!details) return;
    details.open = true;
    details.querySelector("input").focus();
  };

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    a: (group) => group?.querySelector('[name="verdict"][value="approved"]')?.click(),
    r: (group) => group?.querySelector('[name="reason"]')?.focus(),
    q: (group) => group && askBack(group),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat && event.key === "a") return;
    if (event.target.matches("input:not([type=checkbox]), textarea, select")) {
      if (event.key === "Escape") go(here());
      return;
    }
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act(here());
  });

  // a group that is done leaves the keys at the next one
  let sent;
  document.addEventListener("htmx:before:request", (event) => {
    sent = event.target.closest?.(".review-group")?.id;
  });
  document.addEventListener("htmx:after:swap", () => {
    const group = sent && document.getElementById(sent);
    if (!group) return;
    sent = undefined;
    const problem = group.querySelector("[aria-invalid=true]");
    if (problem) problem.focus();
    else go(group.querySelector("form") ? group : group.nextElementSibling ?? group);
  });
  // the page may be older than the cookie that its token must match
  document.addEventListener("htmx:config:request", (event) => {
    const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie);
    if (token) event.detail.ctx.request.headers["x-csrftoken"] = token[1];
  });

  document.addEventListener("DOMContentLoaded", () => {
    const keys = document.getElementById("keys");
    if (keys) keys.hidden = false;
  });
})();
