// The lists: rounds that go on, who is left on one, and what came of it.
(() => {
  "use strict";
  const { $, all, say, draw, put, title, group, day, outcome, trouble } = rounds.draw;
  const titles = (row) => row.items.map(title).join(" · ");
  const house = (row, code) => `#house/${row.key}/${encodeURIComponent(code)}`;

  // ---- all rounds ----
  const showRounds = async () => {
    trouble("");
    const rows = await rounds.keep.list();
    const [open, over] = [rows.filter((row) => !row.finished_at), rows.filter((row) => row.finished_at)];
    $("#rounds-open").replaceChildren(...open.map(drawOpen));
    $("#rounds-none").hidden = open.length > 0;
    $("#rounds-over").replaceChildren(...over.map(drawOver));
    $("#rounds-past").hidden = !over.length;
    $("#rounds-unknown").hidden = Boolean(await tablet.facts.get());
    $("#rounds-new").hidden = !(await tablet.facts.get());
  };
  const words = (row) => ({ titles: titles(row), group: group(row.group), started: say("started", { name: row.started_by, time: day(row.started_at) }) });
  const drawOpen = (row) => {
    const { all: total, done } = rounds.plan.progress(row);
    const made = draw("open", { ...words(row), progress: say("progress", { done, all: total }) });
    [$("progress", made).max, $("progress", made).value] = [total, done];
    for (const button of all("button", made)) button.dataset.key = row.key;
    for (const button of all("[data-half]", made)) button.setAttribute("aria-pressed", String(row.half === button.dataset.half));
    return made;
  };
  const drawOver = (row) => {
    const sum = rounds.plan.tally(row);
    const made = draw("over", { ...words(row), visited: say("progress", { done: sum.visited, all: sum.all }), finished: day(row.finished_at) });
    made.querySelector("a").href = `#sum/${row.key}`;
    return made;
  };

  // ---- who is left ----
  const showLeft = (key) => {
    const row = rounds.keep.get(key);
    if (!row) return rounds.go("");
    trouble("");
    const homes = rounds.plan.homes(row);
    const of = (wanted) => homes.filter((home) => wanted(rounds.plan.visitOf(row, home.code), home)).map((home) => drawHome(row, home));
    const left = of((visit, home) => !visit && !home.barred);
    put("#left", {
      title: `${group(row.group)} · ${titles(row)}`,
      none: left.length ? "" : say("noneLeft"),
      homes: left,
      absent: of((visit) => visit?.outcome === "absent"),
      barred: of((visit, home) => !visit && home.barred),
      done: of((visit) => visit && visit.outcome !== "absent").reverse(),
    });
    for (const part of all("#left [data-part]")) part.hidden = !$(`[data-slot=${part.dataset.part}]`, part).children.length;
    for (const button of all("#left [data-half]")) {
      button.dataset.key = key;
      button.setAttribute("aria-pressed", String(row.half === button.dataset.half));
    }
    $("#left-on").href = `#walk/${key}`;
    $("#left-on").hidden = !left.length;
    $("#left-end").href = `#sum/${key}`;
  };
  const drawHome = (row, home) => {
    const visit = rounds.plan.visitOf(row, home.code);
    const noted = visit && say("noted", { name: visit.by, time: day(visit.at), outcome: outcome(visit) });
    const made = draw("home", { code: home.code, head: home.head, noted: noted ?? "", barred: visit ? "" : home.barred, clash: visit?.clash || visit?.back ? "!" : "" });
    made.querySelector("a").href = house(row, home.code);
    made.querySelector("a").classList.toggle("house-barred", !visit && Boolean(home.barred));
    return made;
  };

  // ---- what came of it ----
  const showSum = async (key) => {
    const row = rounds.keep.get(key);
    if (!row) return rounds.go("");
    trouble("");
    const sum = rounds.plan.tally(row);
    const waiting = new Set((await tablet.outbox.list()).map((entry) => entry.key));
    const unsent = Object.values(row.visits).filter((visit) => visit.keys.some((one) => waiting.has(one))).length;
    const { all: total, visited, recorded, nothing, absent, barred, left } = sum;
    put("#sum", { title: group(row.group), titles: titles(row), all: total, visited, recorded, nothing, absent, barred, left, unsent });
    put("#sum", {
      state: row.finished_at ? say("finished", { name: row.finished_by, time: day(row.finished_at) }) : left ? say("leftOver", { n: left }) : say("allVisited"),
      items: Object.entries(sum.items).map(([code, { times, tenths }]) => draw("sum-item", { title: title(code), times, points: rounds.plan.signed(tenths / 10) })),
      people: Object.entries(sum.people).map(([name, count]) => draw("sum-person", { name, count: say("homes", { n: count }) })),
    });
    $("#sum-items").hidden = !Object.keys(sum.items).length;
    $("#sum-unsent").hidden = !unsent;
    $("#sum-seal").hidden = !row.finished_at;
    $("#sum-sure").hidden = true;
    $("#sum-finish").hidden = Boolean(row.finished_at);
    for (const button of all("#sum button")) button.dataset.key = key;
    $("#sum-on").hidden = Boolean(row.finished_at);
    $("#sum-on").href = `#left/${key}`;
  };

  const finish = async (key) => {
    try {
      await rounds.keep.finish(rounds.keep.get(key));
      tablet.feel([40, 60, 40]);
      showSum(key);
    } catch (fault) {
      trouble(say(fault instanceof tablet.Full ? "full" : "unkept"));
    }
  };
  // with households left it asks again, at another place of the screen
  const wish = (button) => {
    const { left } = rounds.plan.tally(rounds.keep.get(button.dataset.key));
    if (!left) return finish(button.dataset.key);
    $("#sum-sure").hidden = false;
    button.hidden = true;
  };
  const choose = (button) => {
    const row = rounds.keep.get(button.dataset.key);
    row.half = button.dataset.half;
    rounds.keep.save(row);
    return button.closest("#left") ? showLeft(row.key) : showRounds();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#list button, #left button, #sum button");
    if (!button) return;
    if (button.dataset.half) choose(button);
    else if (button.id === "sum-finish") wish(button);
    else if (button.id === "sum-anyway") finish(button.dataset.key);
    else if ("walk" in button.dataset) rounds.walk(rounds.keep.get(button.dataset.key));
  });

  rounds.lists = { showRounds, showLeft, showSum };
})();
