// One deed for many people (义务劳动 of 23): picked by search or group, said once, kept as one deed each.
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const { fill } = tablet;
  const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
  const KEPT = "kiosk.batch";
  const picked = new Map(); // "001 张三" -> {code, value, name}
  let sending = null;

  const keyOf = (code, value) => `${code} ${value}`;
  const field = (name) => $(`#deed [name="${name}"]`);
  const chosen = (name) => $(`#deed [name="${name}"]:checked`);
  const item = () => chosen("item")?.dataset;

  // ---- who ----
  const homes = () => {
    const [words, group] = [$("#batch-query").value.trim(), $("#batch-group").value];
    if (words) return tablet.search(words, 6).map(({ code }) => tablet.household(code));
    return group ? tablet.households(group) : [];
  };
  const drawHomes = () => {
    const found = homes();
    $("#batch-homes").replaceChildren(...found.map(drawHome));
    $("#batch-empty").hidden = found.length > 0 || !$("#batch-query").value.trim();
  };
  const drawHome = (home) => {
    const place = copy("batch-home");
    const [code, head, group] = $(".chosen-house", place).children;
    [code.textContent, head.textContent, group.textContent] = [home.code, home.head, home.group];
    $(".notice", place).textContent = home.barred;
    if (!home.barred) $(".notice", place).remove();
    else return place;
    $(".people", place).replaceChildren(...home.people.map((one) => drawPerson(home, one)));
    return place;
  };
  const drawPerson = (home, one) => {
    const chip = copy("batch-person");
    Object.assign(chip.dataset, { code: home.code, value: one.value, name: one.name });
    chip.textContent = `${one.name} ${one.relation}`;
    chip.setAttribute("aria-pressed", String(picked.has(keyOf(home.code, one.value))));
    return chip;
  };
  const drawPicked = () => {
    const lines = [...picked].map(([key, { code, name }]) => {
      const line = copy("batch-one");
      line.dataset.key = key;
      $("span", line).textContent = `${code} ${name}`;
      return line;
    });
    $("#batch-picked").replaceChildren(...lines);
    $("#batch-count").textContent = fill($("#batch-who").dataset.count, { n: picked.size });
    $("#batch-sum").textContent = fill($("#batch-sum").dataset.words, { n: deeds().length });
    for (const chip of all("#batch-homes .chip")) chip.setAttribute("aria-pressed", String(picked.has(keyOf(chip.dataset.code, chip.dataset.value))));
    save();
  };
  const toggle = ({ code, value, name }) => {
    const key = keyOf(code, value);
    if (!picked.delete(key)) picked.set(key, { code, value, name });
    tablet.feel(20);
    drawPicked();
  };

  // ---- what is to be sent: an item of the household is one deed for each household ----
  const deeds = () => {
    const people = [...picked.values()];
    if (item()?.subject !== "household") return people.map(({ code, value }) => ({ household: code, member: value }));
    return [...new Set(people.map(({ code }) => code))].map((code) => ({ household: code, member: "" }));
  };
  const said = () => ({
    item: chosen("item")?.value ?? "",
    points: field("points").value,
    occurred_on: field("occurred_on").value,
    place: field("place").value,
    reason: field("reason").value,
    basis: chosen("basis")?.value ?? "",
  });
  const isDocument = () => Boolean(chosen("basis")?.closest(".choice").textContent.includes("▤") && field("reason").value.trim());
  const missing = () => {
    if (!picked.size) return "nobody";
    if (!item()) return "item";
    if (item().minimum !== item().maximum && !field("points").value) return "points";
    if (!field("occurred_on").value) return "day";
    if (item().evidence === "required" && !window.recordPhoto.current() && !isDocument()) return "evidence";
    return "";
  };
  const trouble = (kind) => {
    const place = $("#batch-trouble");
    place.hidden = !kind;
    place.textContent = kind ? place.dataset[kind] : "";
    if (kind) place.scrollIntoView({ block: "center" });
  };

  const send = async () => {
    const lacking = missing();
    if (lacking) return trouble(lacking);
    $("#batch-send").disabled = true;
    try {
      await window.recordPhoto.settled();
      const common = said();
      const kept = await tablet.outbox.add(deeds().map((who) => ({ fields: { ...common, ...who } })), window.recordPhoto.current() ?? null);
      trouble("");
      done(kept);
    } catch (fault) {
      trouble(fault instanceof tablet.Nobody ? "unknown" : "full");
    } finally {
      $("#batch-send").disabled = false;
    }
  };
  const done = (kept) => {
    sending = { keys: new Set(kept.map((entry) => entry.key)), all: kept.length };
    const place = $("#batch-done");
    place.hidden = false;
    $("#batch-words").textContent = fill(place.dataset.words, { n: kept.length });
    $("#batch-what").textContent = $(".item-title", chosen("item").closest(".item")).textContent;
    picked.clear();
    for (const one of all("#deed input:checked")) one.checked = false;
    for (const name of ["points", "place", "reason"]) field(name).value = "";
    window.recordPhoto.drop();
    $("#batch-query").value = "";
    drawHomes();
    drawPicked();
    tablet.tell("record:ready");
    tablet.feel([60, 40, 60]);
    place.scrollIntoView({ block: "start" });
  };
  const arrived = (key) => {
    if (!sending?.keys.delete(key) || sending.keys.size) return;
    const place = $("#batch-done");
    $("#batch-words").textContent = fill(place.dataset.sent, { n: sending.all });
    place.classList.remove("receipt-kept");
  };

  // ---- a closed tab loses nobody ----
  const save = () => {
    tablet.remember(KEPT, picked.size ? JSON.stringify([...picked]) : null);
  };
  const begin = () => {
    field("occurred_on").value ||= tablet.day();
    for (const chip of all("#deed [data-ago]")) chip.dataset.value = tablet.day(Number(chip.dataset.ago));
  };
  const known = () => {
    const groups = [...new Set(tablet.households().map((home) => home.group))].filter(Boolean).sort();
    const before = $("#batch-group").value;
    $("#batch-group").replaceChildren(new Option("—", ""), ...groups.map((group) => new Option(group)));
    $("#batch-group").value = groups.includes(before) ? before : "";
    drawHomes();
  };

  document.addEventListener("record:open", () => {
    try {
      for (const [key, one] of JSON.parse(tablet.recall(KEPT)) ?? []) picked.set(key, one);
    } catch {
      tablet.remember(KEPT, null);
    }
    begin();
    known();
    drawPicked();
    tablet.tell("record:ready");
  });
  document.addEventListener("record:ready", begin);
  document.addEventListener("tablet:facts", known);
  document.addEventListener("tablet:scanned", ({ detail }) => {
    $("#batch-query").value = detail.code;
    drawHomes();
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "batch-query") drawHomes();
    if (event.target.id === "batch-group") {
      $("#batch-query").value = "";
      drawHomes();
    }
  });
  document.addEventListener("change", (event) => event.target.name === "item" && drawPicked());
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("#batch-homes .chip");
    if (chip) toggle(chip.dataset);
    const line = event.target.closest("#batch-picked [data-key]");
    if (line && event.target.closest("button")) {
      picked.delete(line.dataset.key);
      drawPicked();
    }
  });
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.id !== "deed") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      send();
    },
    true,
  );
  document.addEventListener("outbox:sent", ({ detail }) => arrived(detail.entry.key));
})();
