// One household a screen: tap the points, Next. What is tapped is kept at once; Next writes it down.
(() => {
  "use strict";
  const TRAP = 400; // a second tap of the same finger must not pass over a household
  const { $, all, say, draw, put, item, title, outcome, confirm, trouble } = rounds.draw;
  let row, home, chosen, since, busy, pictured;
  const empty = () => ({ code: home.code, outcome: "", chosen: {}, reason: "", photo: null });

  // ---- shown ----
  const show = (key, code) => {
    row = rounds.keep.get(key);
    home = tablet.household(code);
    if (!row || !home) return rounds.go("");
    const visit = rounds.plan.visitOf(row, code);
    chosen = row.draft?.code === code ? row.draft : begun(visit);
    row.here = code;
    since = performance.now();
    trouble("");
    drawHome(visit);
    drawItems();
    press();
  };
  // what was noted before can be put right by whoever noted it, on the same day
  const begun = (visit) => {
    const points = Object.fromEntries((visit?.deeds ?? []).map((deed) => [deed.item, deed.points]));
    return { ...empty(), outcome: visit?.outcome ?? "", chosen: points, reason: visit?.reason ?? "" };
  };
  const isMine = (visit) => {
    if (home.barred) return false;
    if (!visit || visit.outcome === "absent") return true;
    return visit.account === tablet.account()?.id && new Date(visit.at).toDateString() === new Date().toDateString();
  };
  const drawHome = (visit) => {
    const { all: total, done } = rounds.plan.progress(row);
    const mine = isMine(visit);
    const noted = visit && say("noted", { name: visit.by, time: rounds.draw.day(visit.at), outcome: outcome(visit) });
    const clash = visit?.clash && say("clash", { name: visit.by, outcome: outcome(visit.clash) });
    put("#house", { code: home.code, head: home.head, group: home.group, noted: noted ?? "", barred: home.barred, clash: clash ?? "", back: clash ? "" : visit?.back });
    put("#house", { progress: say("progress", { done, all: total }), locked: mine || home.barred ? "" : say("locked") });
    $("#house progress").max = total;
    $("#house progress").value = done;
    $("#house-form").hidden = !mine;
    $("#house-drop").hidden = !visit?.clash;
    $("#house-before").disabled = !rounds.plan.before(row, home.code);
  };
  const drawItems = () => {
    const listed = row.items.map((code) => ({ code, item: item(code) })).sort((one, other) => minus(one) - minus(other));
    $("#house-items").replaceChildren(...listed.map(({ code, item: one }) => drawItem(code, one)));
  };
  const minus = ({ item: one }) => (one && Number(one.minimum) < 0 ? 1 : 0);
  const drawItem = (code, one) => {
    const buttons = (one ? rounds.plan.choices(one) : []).map((points) => {
      const button = draw("points", { points: rounds.plan.signed(points) });
      Object.assign(button.dataset, { item: code, points });
      return button;
    });
    const needed = one?.evidence === "required" ? say("needed") : "";
    const made = draw("item", { title: title(code), needed, buttons, gone: one ? "" : say("gone") });
    made.classList.toggle("round-minus", minus({ item: one }) > 0);
    return made;
  };

  // ---- tapped ----
  const press = () => {
    for (const button of all("#house [data-points]"))
      button.setAttribute("aria-pressed", String(chosen.chosen[button.dataset.item] === button.dataset.points));
    for (const button of all("#house [data-outcome]")) button.setAttribute("aria-pressed", String(chosen.outcome === button.dataset.outcome));
    if ($("#house-reason").value !== chosen.reason) $("#house-reason").value = chosen.reason;
    if (chosen.reason || Object.keys(chosen.chosen).some((code) => minus({ item: item(code) }))) $("#house-words").open = true;
    showPhoto();
    const missing = lacksPhoto();
    $("#house-needed").hidden = !missing;
    const changed = isMine(rounds.plan.visitOf(row, home.code));
    $("#house-next").disabled = changed && (!chosen.outcome || missing);
    $("#house-later").hidden = !changed || Boolean(chosen.outcome);
  };
  const lacksPhoto = () => {
    const before = (rounds.plan.visitOf(row, home.code)?.deeds ?? []).map((deed) => `${deed.item} ${deed.points}`);
    const fresh = Object.entries(chosen.chosen).filter(([code, points]) => !before.includes(`${code} ${points}`));
    const kept = (code) => row.visits[home.code]?.deeds.some((deed) => deed.item === code && deed.photo && !deed.event);
    return !chosen.photo && fresh.some(([code]) => item(code)?.evidence === "required" && !kept(code));
  };
  const tap = (button) => {
    const { item: code, points, outcome: other } = button.dataset;
    if (other) Object.assign(chosen, { chosen: {}, outcome: chosen.outcome === other ? "" : other });
    else {
      if (chosen.chosen[code] === points) delete chosen.chosen[code];
      else chosen.chosen[code] = points;
      chosen.outcome = Object.keys(chosen.chosen).length ? "recorded" : "";
    }
    tablet.feel(15);
    keep();
  };
  const keep = () => {
    row.draft = chosen;
    rounds.keep.save(row);
    press();
  };

  // ---- the photo ----
  let taking = Promise.resolve();
  const takePhoto = (file) => (taking = shrink(file));
  const shrink = async (file) => {
    const here = chosen;
    const small = await tablet.smallPhoto(file);
    here.photo = small.file;
    if (here === chosen) keep();
  };
  const showPhoto = async () => {
    const [preview, photo] = [$("#house-preview"), chosen.photo];
    $("#house-photo-drop").hidden = !photo;
    if (photo === pictured) return;
    pictured = photo;
    preview.hidden = true;
    const picture = photo && (await createImageBitmap(photo).catch(() => null));
    if (!picture || photo !== pictured) return;
    [preview.width, preview.height] = [picture.width, picture.height];
    preview.getContext("2d").drawImage(picture, 0, 0);
    preview.hidden = false;
  };

  // ---- Next ----
  const next = async () => {
    if (busy || performance.now() - since < TRAP) return;
    busy = true;
    try {
      await taking; // the photo is still being made small
      const visit = rounds.plan.visitOf(row, home.code);
      if (!isMine(visit) || isSame(visit)) return onwards();
      const said = { outcome: chosen.outcome, chosen: chosen.chosen, reason: chosen.reason.trim(), photo: chosen.photo };
      row = await rounds.keep.note(row, home.code, said);
      confirm(`${home.code} ${home.head} ${outcome(rounds.plan.visitOf(row, home.code))}`);
      $("#rounds-done a").href = `#house/${row.key}/${encodeURIComponent(home.code)}`;
      onwards();
    } catch (fault) {
      trouble(say(fault instanceof tablet.Full ? "full" : fault instanceof rounds.Sent ? "sent" : "unkept"));
    } finally {
      busy = false;
    }
  };
  const sorted = (points) => String(Object.entries(points).sort());
  const isSame = (visit) => {
    const { outcome: before, chosen: points, reason } = begun(visit);
    return !visit?.back && !chosen.photo && before === chosen.outcome && reason === chosen.reason && sorted(points) === sorted(chosen.chosen);
  };
  const onwards = () => {
    const code = rounds.plan.after(row, home.code);
    rounds.go(code ? `house/${row.key}/${encodeURIComponent(code)}` : `sum/${row.key}`);
  };
  const back = () => {
    const code = rounds.plan.before(row, home.code);
    if (code) rounds.go(`house/${row.key}/${encodeURIComponent(code)}`);
  };
  const drop = async () => {
    row = await rounds.keep.drop(row, home.code);
    show(row.key, home.code);
  };

  const ACTS = { "house-next": next, "house-later": onwards, "house-before": back, "house-drop": drop };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#house button");
    if (!button) return;
    if (button.id === "house-photo-drop") {
      chosen.photo = null;
      keep();
    } else if (button.id === "house-left") rounds.go(`left/${row.key}`);
    else if (ACTS[button.id]) ACTS[button.id]();
    else if (button.dataset.points || button.dataset.outcome) tap(button);
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "house-photo" && event.target.files[0]) {
      takePhoto(event.target.files[0]);
      event.target.value = "";
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "house-reason") return;
    chosen.reason = event.target.value;
    row.draft = chosen;
    rounds.keep.save(row);
  });

  // while one is tapping, only what was noted meanwhile is drawn anew
  const renew = () => {
    const fresh = row && rounds.keep.get(row.key);
    if (!fresh || !home || busy) return;
    row = Object.assign(fresh, { draft: row.draft?.code === home.code ? chosen : fresh.draft });
    drawHome(rounds.plan.visitOf(row, home.code));
    press();
  };
  rounds.house = { show, renew };
})();
