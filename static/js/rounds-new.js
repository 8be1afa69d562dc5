// A new round: what is looked at, where, and which half is mine.
(() => {
  "use strict";
  const { $, all, say, draw, title, group: groupName, trouble, english } = rounds.draw;
  const FIRST = "人居环境";
  const FREQUENT = "kiosk.rounds.items";
  let wish, categories;

  const fits = (item) => item.subject === "household";
  const minus = (item) => Number(item.minimum) < 0;

  // home and surroundings first, praise before deductions
  const groups = () => {
    const items = tablet.items().filter(fits);
    const names = [...new Set(items.map((item) => item.category))].sort((one, other) => (other === FIRST) - (one === FIRST));
    const parts = names.map((name) => ({ name: called(name), open: name === FIRST, items: items.filter((item) => item.category === name && !minus(item)) }));
    return [...parts, { name: say("deductions"), open: false, items: items.filter(minus) }].filter((part) => part.items.length);
  };
  const called = (name) => (english() && categories?.find((one) => one.name === name)?.name_en) || name;
  const before = () => {
    try {
      const known = JSON.parse(tablet.recall(FREQUENT)) ?? [];
      return known.filter((code) => tablet.items().some((item) => item.code === code && fits(item)));
    } catch {
      return [];
    }
  };

  const show = async () => {
    categories = (await tablet.facts.get())?.rulebook.categories;
    trouble("");
    wish = { items: before(), group: null, half: "all" };
    $("#new-items").replaceChildren(...groups().map(drawGroup));
    const names = [...new Set(tablet.households("").map((home) => home.group))].sort((one, other) => one.localeCompare(other, "zh"));
    if (names.length < 2) wish.group = "";
    $("#new-groups").replaceChildren(...[...names.filter(Boolean), ""].map(drawPlace));
    press();
  };
  const drawGroup = ({ name, open, items }, place) => {
    const buttons = items.map((item) => {
      const button = draw("pick", { title: title(item.code), points: range(item), needed: item.evidence === "required" ? say("needed") : "" });
      button.dataset.pick = item.code;
      button.classList.toggle("round-minus", minus(item));
      return button;
    });
    const made = draw("category", { name, buttons });
    made.open = open || place === 0 || items.some((item) => wish.items.includes(item.code));
    return made;
  };
  const range = ({ minimum, maximum }) => (minimum === maximum ? rounds.plan.signed(minimum) : `${rounds.plan.signed(minimum)}~${maximum.replace("-", "−")}`);
  const drawPlace = (name) => {
    const button = draw("place", { name: groupName(name), count: say("homes", { n: tablet.households(name).length }) });
    button.dataset.group = name;
    return button;
  };

  const press = () => {
    for (const button of all("#new [data-pick]")) button.setAttribute("aria-pressed", String(wish.items.includes(button.dataset.pick)));
    for (const button of all("#new [data-group]")) button.setAttribute("aria-pressed", String(wish.group === button.dataset.group));
    for (const button of all("#new [data-half]")) button.setAttribute("aria-pressed", String(wish.half === button.dataset.half));
    const most = Number($("#rounds").dataset.most);
    $("#new-start").disabled = !wish.items.length || wish.items.length > most || wish.group === null;
    const homes = wish.group === null ? 0 : rounds.plan.homes(wish).length;
    $("#new-count").textContent = wish.items.length > most ? say("mostSaid", { n: most }) : homes ? say("homes", { n: homes }) : "";
  };
  const pick = (code) => {
    wish.items = wish.items.includes(code) ? wish.items.filter((one) => one !== code) : [...wish.items, code];
  };

  const start = async (button) => {
    button.disabled = true;
    const order = groups().flatMap(({ items }) => items.map((item) => item.code));
    wish.items.sort((one, other) => order.indexOf(one) - order.indexOf(other));
    try {
      const row = await rounds.keep.start(wish.group, wish.items, wish.half);
      tablet.remember(FREQUENT, JSON.stringify(wish.items));
      tablet.feel(40);
      rounds.walk(row);
    } catch (fault) {
      trouble(say(fault instanceof tablet.Full ? "full" : "unkept"));
      press();
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#new button");
    if (!button) return;
    const { pick: code, group, half } = button.dataset;
    if (button.id === "new-start") return start(button);
    if (code) pick(code);
    if (group !== undefined) wish.group = group;
    if (half) wish.half = half;
    press();
  });

  rounds.fresh = { show };
})();
