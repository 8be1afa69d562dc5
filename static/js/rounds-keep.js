// Rounds on the disk of the tablet, and what the server says of them. A visit and what is to be sent of it are written
// in one go, so that neither is ever there without the other.
(() => {
  "use strict";
  const PATIENCE = 8_000;
  let rows = new Map();

  const load = async () => {
    rows = new Map((await tablet.store.all("rounds")).map((row) => [row.key, row]));
  };
  const list = async () => {
    const village = (await tablet.facts.get())?.village.code;
    const here = [...rows.values()].filter((row) => row.village === village);
    return here.sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at));
  };
  // what is chosen is kept at once: the camera may push the browser out of the memory
  const save = (row) => tablet.store.put("rounds", row).catch(() => {});

  const start = async (group, items, half) => {
    const [facts, key] = [await tablet.facts.get(), tablet.mint()];
    const row = {
      ...{ key, village: facts.village.code, group, items, half, here: "", draft: null, visits: {}, seen: {}, known: false },
      ...{ started_by: facts.account.name, started_at: new Date().toISOString(), finished_by: "", finished_at: null },
    };
    const fields = { round: key, group, items: items.join("\n") };
    await tablet.outbox.add([{ kind: "post", path: "/record/rounds", key: `${key}-begin`, fields }], null, { round: row });
    rows.set(key, row);
    return row;
  };

  // ---- one household: said is {outcome, chosen: {item: points}, reason, photo} ----
  const note = async (row, code, said) => {
    const account = tablet.account();
    const waiting = new Map((await tablet.outbox.list()).map((entry) => [entry.key, entry]));
    const first = rounds.plan.visitOf(row, code);
    const refused = (deed) => waiting.get(deed.key)?.state === "needs-you";
    const same = (deed) => !refused(deed) && said.chosen[deed.item] === deed.points && said.reason === (first.reason ?? "") && !said.photo;
    const stay = (first?.deeds ?? []).filter(same);
    const gone = (first?.deeds ?? []).filter((deed) => !stay.includes(deed));
    if (gone.some((deed) => !waiting.has(deed.key) && !deed.event)) throw new rounds.Sent();
    const photoOf = (item) => waiting.get(gone.find((deed) => deed.item === item)?.key)?.photo ?? null;
    const hasPhoto = (item) => Boolean(said.photo ?? photoOf(item));
    const fresh = Object.entries(said.chosen)
      .filter(([item]) => !stay.some((deed) => deed.item === item))
      .map(([item, points]) => ({ item, points, counted: null, key: tablet.mint(), event: null, photo: hasPhoto(item) }));
    const [reverse, told] = [gone.filter((deed) => !waiting.has(deed.key)), said.outcome === "recorded" ? [] : [tablet.mint()]];
    const entries = [
      ...reverse.map((deed) => reversal(deed)),
      ...fresh.map((deed) => deedOf(row, code, deed, said, photoOf(deed.item))),
      ...told.map((key) => ({ kind: "post", path: `/record/rounds/${row.key}/visits`, key, fields: { household: code, outcome: said.outcome } })),
    ];
    const deeds = [...stay, ...fresh];
    const keys = [...entries.map((entry) => entry.key), ...stay.map((deed) => deed.key).filter((key) => waiting.has(key))];
    const visit = { outcome: said.outcome, account: account.id, by: account.name, at: new Date().toISOString(), reason: said.reason, deeds, keys };
    const instead = [...gone.map((deed) => deed.key), ...(first?.keys ?? [])].filter((key) => waiting.has(key) && !keys.includes(key));
    const changed = { ...row, draft: null, visits: { ...row.visits, [code]: visit } };
    await tablet.outbox.add(entries, said.photo, { round: changed, instead });
    rows.set(row.key, changed);
    return changed;
  };
  // somebody had been there first: what this tablet still holds for it is thrown away
  const drop = async (row, code) => {
    for (const key of row.visits[code]?.keys ?? []) await tablet.outbox.remove(key);
    const { [code]: gone, ...visits } = row.visits;
    rows.set(row.key, { ...row, visits });
    await save(rows.get(row.key));
    return rows.get(row.key);
  };
  const reversal = (deed) => ({
    ...{ kind: "post", path: `/record/${deed.event}/reversal`, key: tablet.mint() },
    fields: { reason: document.querySelector("#rounds").dataset.undone },
  });
  const deedOf = (row, code, deed, said, photo) => ({
    ...{ kind: "deed", path: "/record", key: deed.key, photo },
    fields: {
      ...{ household: code, member: "", item: deed.item, points: deed.points, occurred_on: tablet.day(), place: "" },
      ...{ reason: said.reason, basis: document.querySelector("#rounds").dataset.basis, round: row.key },
    },
  });

  const finish = async (row) => {
    const key = `${row.key}-end`;
    const changed = { ...row, draft: null, ending: key, finished_by: tablet.account().name, finished_at: new Date().toISOString() };
    const waits = (await tablet.outbox.list()).some((entry) => entry.key === key);
    const entry = { kind: "post", path: `/record/rounds/${row.key}/end`, key, fields: {} };
    await tablet.outbox.add(waits ? [] : [entry], null, { round: changed });
    rows.set(row.key, changed);
    return changed;
  };

  // ---- what the server says: whatever has left the outbox is there, or nowhere ----
  const refresh = async () => {
    const facts = await tablet.facts.get();
    if (!facts) return false;
    const [asked, before] = [Date.now(), await tablet.outbox.list()];
    let said;
    try {
      const answer = await fetch("/record/rounds/state", { cache: "no-store", headers: { accept: "application/json" }, signal: tablet.patience(PATIENCE) });
      if (!answer.ok) return false;
      said = new Map((await answer.json()).rounds.map((one) => [one.key, one]));
    } catch {
      return false;
    }
    await tablet.store.within(["rounds", "outbox"], "readwrite", (store, outbox) => {
      outbox.getAll().onsuccess = (found) => {
        // what left or came while the server was speaking may be unknown to it
        const waiting = new Map([...before, ...found.target.result].map((entry) => [entry.key, entry]));
        for (const { key } of fresh(asked)) waiting.set(key, waiting.get(key) ?? {});
        store.getAll().onsuccess = ({ target }) => merge(store, target.result, said, facts.village.code, waiting);
      };
    });
    await load();
    return true;
  };
  const fresh = (asked) =>
    [...rows.values()]
      .flatMap((row) => Object.values(row.visits))
      .filter((visit) => Date.parse(visit.at) >= asked)
      .flatMap((visit) => visit.keys.map((key) => ({ key })));
  const merge = (store, kept, said, village, waiting) => {
    const before = new Map(kept.filter((row) => row.village === village).map((row) => [row.key, row]));
    for (const one of said.values()) {
      const row = before.get(one.key) ?? { key: one.key, village, half: "all", here: "", draft: null, visits: {} };
      store.put(renewed(row, one, waiting));
    }
    for (const row of before.values()) {
      const waits = waiting.has(`${row.key}-begin`) || Object.values(row.visits).some((visit) => visit.keys.some((key) => waiting.has(key)));
      if (!said.has(row.key) && !waits) store.delete(row.key);
    }
  };
  const cameBack = (visit, waiting) =>
    visit.keys.flatMap((key) => (waiting.get(key)?.problems ?? []).map((one) => one.message)).join(" ");
  const renewed = (row, one, waiting) => {
    const ours = Object.entries(row.visits)
      .filter(([, visit]) => visit.keys.some((key) => waiting.has(key)))
      .map(([code, visit]) => [code, { ...visit, back: cameBack(visit, waiting) }]);
    const { group, items, started_by, started_at } = one;
    const ending = !one.finished_at && waiting.has(row.ending) ? row : one;
    const { finished_by, finished_at } = ending;
    return { ...row, group, items, started_by, started_at, finished_by, finished_at, seen: one.visits, visits: Object.fromEntries(ours), known: true };
  };

  // a deed that has arrived can be taken back by its number
  document.addEventListener("outbox:sent", ({ detail: { entry, receipt } }) => {
    const row = rows.get(entry.fields.round);
    const deed = row?.visits[entry.fields.household]?.deeds.find((one) => one.key === entry.key);
    if (!deed) return;
    deed.event = receipt.event ?? null;
    save(row);
  });

  rounds.Sent = class extends Error {}; // it has left the tablet, and its number is not known here
  rounds.keep = { load, list, get: (key) => rows.get(key), save, start, note, drop, finish, refresh };
})();
