// Putting words from the page's templates onto the screen: the scripts themselves hold no sentence.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const english = () => document.documentElement.lang.startsWith("en");

  const { fill } = tablet;
  // a sentence that stands in the page as data-…
  const say = (name, values = {}) => fill($("#rounds").dataset[name] ?? "", values);

  // a template with its slots filled in; a slot that gets nothing is not shown
  const draw = (template, values = {}) => {
    const made = $(`#t-${template}`).content.firstElementChild.cloneNode(true);
    for (const slot of all("[data-slot]", made).concat(made.matches("[data-slot]") ? made : [])) {
      const value = values[slot.dataset.slot];
      slot.hidden = value === undefined || value === null || value === "";
      if (value instanceof Node) slot.replaceChildren(value);
      else if (Array.isArray(value)) slot.replaceChildren(...value);
      else if (!slot.hidden) slot.textContent = value;
      slot.removeAttribute("data-slot"); // a list's own slots must not be taken for those of its rows
    }
    return made;
  };
  const put = (selector, values) => {
    for (const [name, value] of Object.entries(values)) {
      const slot = $(`${selector} [data-slot="${name}"]`);
      slot.hidden = value === "" || value === null || value === undefined;
      if (value instanceof Node) slot.replaceChildren(value);
      else if (Array.isArray(value)) slot.replaceChildren(...value);
      else slot.textContent = value ?? "";
    }
  };

  const item = (code) => tablet.items().find((one) => one.code === code) ?? null;
  const title = (code) => {
    const one = item(code);
    return one ? (english() && one.title_en) || one.title : code;
  };
  const group = (name) => name || say("wholeVillage");
  const day = (moment) => {
    const at = new Date(moment);
    return `${tablet.dayOf(at).slice(5)} ${tablet.clock(at)}`;
  };
  // what became of a household, in a few words
  const outcome = (visit) => {
    if (visit.outcome !== "recorded") return say(visit.outcome);
    return visit.deeds.map((deed) => rounds.plan.signed(deed.points)).join(" ") || say("recorded");
  };

  const confirm = (words) => {
    const place = $("#rounds-done");
    place.classList.remove("unsaid");
    $("[data-slot=words]", place).textContent = words;
    place.classList.remove("fresh");
    void place.offsetWidth; // so that the same confirmation twice is seen twice
    place.classList.add("fresh");
    tablet.feel(40);
  };
  const trouble = (words) => {
    $("#rounds-trouble").textContent = words;
    $("#rounds-trouble").hidden = !words;
    if (words) tablet.feel([60, 60, 60]);
  };

  rounds.draw = { $, all, fill, say, draw, put, item, title, group, day, outcome, confirm, trouble, english };
})();
