// Keys with figures only: household, item, and where there is a choice who and how many points. Each step is one number
// and OK; Back takes back a step. The keys on the screen and those of a keyboard do the same.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const said = () => $("#quick").dataset;
  const { fill } = tablet;
  let deed = {}; // home, item, person, points: whatever has been said
  let last = 0;
  let keeping = false;

  const titleOf = (item) => (said().locale === "en" && item.title_en) || item.title;
  const isFixed = (item) => item.minimum === item.maximum;
  const rangeOf = (item) => fill(said().range, { least: item.minimum, most: item.maximum });
  const people = () => (deed.item.subject === "member" ? deed.home.people : []);

  // ---- the step that comes next: one with a single answer is not asked ----
  const step = () => {
    if (!deed.home) return "household";
    if (!deed.item) return "item";
    if (people().length > 1 && !deed.person) return "person";
    if (!isFixed(deed.item) && !deed.points) return "points";
    return "sure";
  };
  const answers = {
    household: (typed) => {
      const home = tablet.household(typed) ?? tablet.households().find((one) => one.code.replace(/^0+/, "") === typed.replace(/^0+/, ""));
      if (!home || !typed) return typed ? fill(said().noHouse, { typed }) : said().household;
      if (home.barred) return home.barred;
      deed.home = home;
      return "";
    },
    item: (typed) => {
      const item = tablet.items().find((one) => one.number === typed);
      if (!item) return fill(said().noItem, { typed });
      if (item.evidence === "required") return said().evidence;
      deed.item = item;
      if (people().length === 1) [deed.person] = people();
      return "";
    },
    person: (typed) => {
      deed.person = people()[Number(typed) - 1];
      return deed.person ? "" : said().noPerson;
    },
    points: (typed) => {
      const [value, least, most] = [Number(typed || NaN), Number(deed.item.minimum), Number(deed.item.maximum)];
      // a deduction is typed without its sign
      const points = most <= 0 ? -Math.abs(value) : value;
      if (!(points >= least && points <= most && Number.isInteger(points * 10))) return fill(said().noPoints, { range: rangeOf(deed.item) });
      deed.points = String(points);
      return "";
    },
    sure: () => keep(),
  };

  const keep = () => {
    if (keeping) return null; // a slow disk: OK once more is not another deed
    keeping = true;
    const { home, item, person, points } = deed;
    const fields = { household: home.code, member: person?.value ?? "", item: item.code, points: points ?? "" };
    const what = [home.code, person?.name ?? said().whole, titleOf(item), points ?? item.minimum].join(" · ");
    tablet.outbox
      .add([{ fields: { ...fields, occurred_on: tablet.day(), place: "", reason: "", basis: "巡查" } }])
      .then(() => confirm(what), (fault) => trouble(fault instanceof tablet.Nobody ? said().unknown : said().full))
      .finally(() => (keeping = false));
    return null;
  };
  const confirm = (what) => {
    deed = {};
    $("#quick-kept").hidden = false;
    $("#quick-kept").textContent = fill(said().kept, { what });
    tablet.feel([60, 40, 60]);
    draw();
  };

  // ---- what is shown ----
  const trouble = (words) => {
    $("#quick-trouble").hidden = !words;
    $("#quick-trouble").textContent = words;
    if (words) tablet.feel([30, 60, 30, 60, 30]);
  };
  const line = (words) => Object.assign(document.createElement("li"), { textContent: words });
  const choices = () => {
    const typed = $("#quick-typed").value;
    if (step() === "person") return people().map((one, n) => [String(n + 1), `${one.name} ${one.relation}`]);
    if (step() === "household") return typed ? tablet.search(typed, 6).map((one) => [one.code, `${one.head} ${one.group}`]) : [];
    if (step() !== "item") return [];
    return tablet.items().filter((item) => item.number.startsWith(typed)).map((item) => [item.number, `${titleOf(item)} ${isFixed(item) ? item.minimum : rangeOf(item)}`]);
  };
  const choice = ([number, words]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "quick-choice" });
    button.dataset.choice = number;
    const figure = Object.assign(document.createElement("span"), { className: "figure", textContent: number });
    button.append(figure, ` ${words}`);
    const place = document.createElement("li");
    place.append(button);
    return place;
  };
  const draw = () => {
    const { home, item, person, points } = deed;
    const lines = [home && `${home.code} ${home.head}`, item && `${item.number} ${titleOf(item)}`, person?.name, points ?? (item && isFixed(item) && item.minimum)];
    $("#quick-said").replaceChildren(...lines.filter(Boolean).map(line));
    $("#quick-asks").textContent = said()[step()];
    $("#quick-typed").hidden = step() === "sure";
    $("#quick-list").replaceChildren(...choices().map(choice));
    ($("#quick-typed").hidden ? $(".quick-ok") : $("#quick-typed")).focus({ preventScroll: true });
  };

  // ---- keys ----
  const enter = (typed) => {
    const now = performance.now();
    if (step() === "sure" && now - last < 350) return; // a double tap on OK is not an answer to the next question
    last = now;
    const wrong = answers[step()](typed.trim());
    if (wrong === null) return;
    trouble(wrong);
    if (!wrong) $("#quick-typed").value = "";
    draw();
  };
  const back = () => {
    trouble("");
    if ($("#quick-typed").value) $("#quick-typed").value = "";
    else if (deed.points) delete deed.points;
    else if (deed.person && people().length > 1) delete deed.person;
    else if (deed.item) ["item", "person"].forEach((name) => delete deed[name]);
    else delete deed.home;
    draw();
  };
  const press = (key) => {
    const typed = $("#quick-typed");
    if (key === "Enter") return enter(typed.value);
    if (key === "Escape") return back();
    if (key === "Backspace") typed.value = typed.value.slice(0, -1);
    else if (typed.value.length < 20) typed.value += key;
    draw();
  };
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (key?.closest(".quick-keys")) press(key.dataset.key);
    const picked = event.target.closest("[data-choice]");
    if (picked) enter(picked.dataset.choice);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    if (event.target.closest?.("a, button") && event.key === "Enter" && !event.target.closest(".quick-ok")) return;
    if (event.target.closest?.(".quick-ok")) return; // its click says it
    event.preventDefault();
    press(event.key);
  });
  document.addEventListener("input", (event) => event.target.id === "quick-typed" && draw());
  document.addEventListener("tablet:scanned", ({ detail }) => {
    if (keeping) return;
    deed = {};
    $("#quick-typed").value = "";
    enter(detail.code);
  });
  document.addEventListener("tablet:unknown-plate", () => trouble(said().plate));
  document.addEventListener("record:open", draw);
  document.addEventListener("tablet:facts", draw);
})();
