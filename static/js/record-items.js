// Choosing the item: a tile shows its group alone, the search looks through all, points appear for ranges.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  let group = "";

  const member = () => $("#deed [name=member]:checked");
  const item = () => $("#deed [name=item]:checked");
  const subject = () => (member() ? (member().value ? "member" : "household") : "");

  const show = () => {
    if (!$("#deed")) return;
    if (!$(`.tile[data-group="${group}"]`)) group = $(".tile")?.dataset.group ?? "";
    const wanted = ($("#item-query")?.value ?? "").trim().toLowerCase();
    const who = subject();
    let seen = 0;
    for (const fieldset of all(".items")) {
      const open = wanted ? fieldset.dataset.group !== "often" : fieldset.dataset.group === group;
      let here = 0;
      for (const row of fieldset.querySelectorAll(".item")) {
        const fits = open && (!who || row.dataset.subject === who) && row.dataset.words.includes(wanted);
        row.hidden = !fits;
        here += fits ? 1 : 0;
      }
      fieldset.hidden = !here;
      seen += here;
    }
    for (const tile of all(".tile")) {
      if (!wanted && tile.dataset.group === group) tile.setAttribute("aria-current", "true");
      else tile.removeAttribute("aria-current");
    }
    $("#no-item").hidden = seen > 0;
    points();
    evidence();
  };

  // an item for the household needs no further tap in step 1, nor does one for somebody who lives alone
  const chooseWho = () => {
    const chosen = item();
    if (!chosen || member()) return;
    const people = all("#deed [name=member]");
    const fitting = people.filter((one) => (one.value === "") === (chosen.dataset.subject === "household"));
    if (fitting.length === 1) fitting[0].checked = true;
  };
  const dropMisfit = () => {
    if (item() && subject() && item().dataset.subject !== subject()) item().checked = false;
  };

  const points = () => {
    const step = $("#points-step");
    const chosen = item();
    const ranged = Boolean(chosen) && Number(chosen.dataset.minimum) !== Number(chosen.dataset.maximum);
    step.hidden = !ranged && !step.querySelector(".problem"); // refused points stay to be seen
    if (!ranged) {
      $("#points").value = "";
      return;
    }
    const room = $("#points-buttons");
    if (room.dataset.item !== chosen.value) draw(room, chosen);
    for (const button of room.children) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.value) === Number($("#points").value || NaN)));
    }
  };
  const draw = (room, chosen) => {
    if (room.dataset.item) $("#points").value = "";
    room.dataset.item = chosen.value;
    room.replaceChildren();
    const [least, most] = [Number(chosen.dataset.minimum), Number(chosen.dataset.maximum)];
    for (let value = least; value <= most && room.children.length < 20; value += 1) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chip figure";
      button.dataset.fill = "points";
      button.dataset.value = String(value);
      button.textContent = String(value).replace("-", "−");
      button.setAttribute("aria-label", room.dataset.unit.replace("{n}", String(value)));
      room.append(button);
    }
  };

  const evidence = () => {
    const needed = item()?.dataset.evidence === "required";
    $("#needed").hidden = !needed;
    $("#evidence").classList.toggle("step-needed", needed);
  };

  document.addEventListener("click", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile) return;
    event.preventDefault();
    group = tile.dataset.group;
    $("#item-query").value = "";
    show();
  });
  document.addEventListener("input", (event) => event.target.id === "item-query" && show());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "item-query") event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "item") chooseWho();
    if (event.target.name === "member") dropMisfit();
    if (event.target.closest("#deed")) show();
  });
  document.addEventListener("record:ready", () => {
    group = item()?.closest(".items").dataset.group ?? $(".tile")?.dataset.group ?? "";
    chooseWho();
    show();
  });
  document.addEventListener("record:swapped", () => {
    chooseWho();
    dropMisfit();
    show();
    document.dispatchEvent(new CustomEvent("record:changed"));
  });
})();
