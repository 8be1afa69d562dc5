// Finding the household in what the tablet carries: at once, and without a network. Whom it does not know, the server
// is asked for.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

  const put = (section) => {
    $("#who").replaceWith(section);
    htmx.process(section);
    document.dispatchEvent(new CustomEvent("record:swapped"));
    $("#query")?.focus();
  };

  // false: the tablet does not know this household
  const choose = (code, member = "") => {
    const home = tablet.household(code);
    if (!home || !$("#who")) return false;
    const section = copy("chosen-template");
    $("[name=household]", section).value = home.code;
    $(".chosen-house .figure", section).textContent = home.code;
    $(".chosen-house strong", section).textContent = home.head;
    $(".chosen-house .hint", section).textContent = home.group;
    const barred = $(".notice.bad", section);
    barred.textContent = home.barred;
    if (!home.barred) barred.remove();
    const [, sample] = section.querySelectorAll(".choice");
    const people = home.people.map((one) => {
      const label = sample.cloneNode(true);
      const input = $("input", label);
      input.value = one.value;
      input.toggleAttribute("checked", one.value === member && member !== "");
      $(".choice-words", label).firstChild.data = `${one.name} `;
      $("small", label).textContent = one.relation;
      return label;
    });
    sample.replaceWith(...people);
    put(section);
    return true;
  };
  const ask = () => put(copy("search-template"));

  const find = (words) => {
    const found = tablet.search(words);
    const rows = copy(found.length || !words.trim() ? "rows-template" : "nobody-template");
    const list = $("ul", rows);
    const sample = list && $("li", list);
    sample?.replaceWith(...found.map((one) => row(sample.cloneNode(true), one)));
    $("#rows").replaceWith(rows);
    return found.length;
  };
  const row = (line, { code, head, group, member }) => {
    const link = $(".house", line);
    link.href = `/record?household=${encodeURIComponent(code)}&member=${encodeURIComponent(member)}`;
    $(".house-code", line).textContent = code;
    $(".house-head", line).firstChild.data = `${head} `;
    const named = $(".house-member", line);
    named.textContent = `→ ${member}`;
    if (!member) named.remove();
    $(".house-group", line).textContent = group;
    return line;
  };

  document.addEventListener(
    "input",
    (event) => {
      if (event.target.id !== "query" || !tablet.items().length) return;
      if (find(event.target.value) || !event.target.value.trim()) event.stopImmediatePropagation();
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest(".house, .chosen .button, [data-again]");
      if (!link || !tablet.items().length) return;
      const asked = new URL(link.href, location.href).searchParams;
      if (link.matches(".chosen .button")) ask();
      else if (!choose(asked.get("household"), asked.get("member") ?? "")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (link.matches("[data-again]")) setTimeout(() => $(".step-what")?.scrollIntoView({ block: "start" }), 0);
    },
    true,
  );

  // a plate was scanned, or another page sent one here: /record#household=001
  document.addEventListener("tablet:scanned", ({ detail }) => choose(detail.code));
  document.addEventListener("record:open", () => {
    const asked = new URLSearchParams(location.hash.slice(1)).get("household");
    if (asked && !$("#deed [name=household]")) choose(asked);
  });

  window.recordWho = { choose, ask };
})();
