// The outbox: a deed is in it before it is sent, and leaves it when the server says that it has it. Oldest first, one
// at a time. The key makes it one deed, however often it is sent; it is sent only for the person who wrote it down.
(() => {
  "use strict";
  const LEASE = "kiosk.sending";
  const [LEAST, MOST, PATIENCE, SILENCE] = [1_000, 60_000, 30_000, 6_000];
  const me = tablet.mint();
  let signedOut = false;
  let running = false;
  let pause = LEAST;
  let timer;

  // ---- what is in it ----
  const list = () => tablet.store.all("outbox");
  const find = (key) => tablet.store.within("outbox", "readonly", (outbox) => outbox.index("key").get(key));

  // with `instead` others leave in the same moment; `round` is kept along with what is to be sent of it
  const add = async (drafts, photo = null, { instead = [], round = null } = {}) => {
    const [account, at, id] = [tablet.account(), Date.now(), photo ? tablet.mint() : null];
    if (!account) throw new tablet.Nobody();
    const entries = drafts.map((draft) => ({
      key: draft.key ?? tablet.mint(),
      kind: draft.kind ?? "deed",
      path: draft.path ?? "/record",
      fields: draft.fields,
      photo: draft.kind === "post" ? null : id ?? draft.photo ?? null,
      account: account.id,
      by: account.name,
      at,
      device: new Date(at).toISOString(),
      held: draft.held ?? 0, // until then the page sends it itself
      state: "waiting",
      problems: [],
    }));
    await tablet.store.within(["outbox", "photos", "rounds"], "readwrite", (outbox, photos, rounds) => {
      if (photo) photos.put({ id, blob: photo, ticket: "" });
      for (const entry of entries) outbox.add(entry);
      for (const key of instead) drop(outbox, photos, key);
      if (round) rounds.put(round);
    });
    await announce();
    if (!drafts.some((draft) => draft.held)) flush();
    return entries;
  };

  // a photo goes with the last entry that shows it; until then its ticket, if there is one, spares sending it again
  const drop = (outbox, photos, key, ticket) => {
    outbox.index("key").get(key).onsuccess = ({ target }) => {
      const entry = target.result;
      if (!entry) return;
      outbox.delete(entry.order);
      if (!entry.photo) return;
      outbox.index("photo").count(entry.photo).onsuccess = (counted) => {
        if (!counted.target.result) photos.delete(entry.photo);
        else if (ticket) photos.get(entry.photo).onsuccess = (found) => photos.put({ ...found.target.result, ticket });
      };
    };
  };
  const remove = async (key, ticket = "") => {
    await tablet.store.within(["outbox", "photos"], "readwrite", (outbox, photos) => drop(outbox, photos, key, ticket));
    await announce();
  };
  const change = async (key, changes) => {
    await tablet.store.within("outbox", "readwrite", (outbox) => {
      outbox.index("key").get(key).onsuccess = ({ target }) => target.result && outbox.put({ ...target.result, ...changes });
    });
    await announce();
  };
  const release = (key) => change(key, { held: 0 }).then(flush);

  const announce = async () => {
    const entries = await list();
    const waiting = entries.filter((entry) => entry.state === "waiting" && entry.held < Date.now());
    const mine = tablet.account()?.id;
    tablet.tell("outbox:changed", {
      waiting: waiting.length,
      needsYou: entries.filter((entry) => entry.state === "needs-you").length,
      oldest: waiting[0]?.at ?? null,
      signIn: signedOut || waiting.some((entry) => entry.account !== mine),
      others: [...new Set(waiting.filter((entry) => entry.account !== mine).map((entry) => entry.by))],
    });
  };

  // ---- sending ----
  const formOf = async (entry, withTicket) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(entry.fields)) form.set(name, value ?? "");
    form.set("submission_key", entry.key);
    form.set("account", String(entry.account));
    form.set("device_at", entry.device);
    const photo = entry.photo && (await tablet.store.get("photos", entry.photo));
    if (photo?.ticket && withTicket) form.set("photo_ticket", photo.ticket);
    else if (photo) form.set("photo", photo.blob, "photo.jpg");
    return { form, byTicket: Boolean(photo?.ticket && withTicket) };
  };
  const post = async (entry, withTicket = true) => {
    const { form, byTicket } = await formOf(entry, withTicket);
    const answer = await fetch(entry.path, {
      method: "POST",
      body: form,
      headers: { accept: "application/json", "x-csrftoken": tablet.token() },
      signal: tablet.patience(PATIENCE),
    });
    // a ticket that is good no longer reads like a photo that is missing: bring the picture itself
    return answer.status === 422 && byTicket ? post(entry, false) : answer;
  };
  // the cookie that a form's token must match may have gone with the browser: any page brings a new one
  const insist = async (entry) => {
    const answer = await post(entry);
    return answer.status === 403 && (await tablet.facts.refresh()) && tablet.account()?.id === entry.account ? post(entry) : answer;
  };

  // false: nothing more can be sent now
  const send = async (entry) => {
    const answer = await insist(entry);
    if (answer.ok) {
      const receipt = await answer.json().catch(() => ({}));
      await remove(entry.key, receipt.photo_ticket);
      tablet.tell("outbox:sent", { entry, receipt });
      return true;
    }
    if (answer.status === 401 || answer.status === 403) {
      signedOut = true;
      await announce();
      return false;
    }
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    const said = await answer.json().catch(() => ({}));
    const problems = said.problems ?? [{ field: "", message: said.detail ?? String(answer.status) }];
    await change(entry.key, { state: "needs-you", problems });
    tablet.tell("outbox:refused", { entry, problems });
    return true;
  };

  // one tab sends at a time and says so every other second; should two ever do, the server knows a deed by its key
  const lease = () => {
    const [holder, until] = (localStorage.getItem(LEASE) ?? "").split(" ");
    if (holder && holder !== me && Number(until) > Date.now()) return false;
    localStorage.setItem(LEASE, `${me} ${Date.now() + SILENCE}`);
    return true;
  };
  const yieldLease = () => localStorage.getItem(LEASE)?.startsWith(me) && localStorage.removeItem(LEASE);
  const due = async () => {
    const mine = tablet.account()?.id;
    const ours = (await list()).filter((entry) => entry.state === "waiting" && entry.account === mine);
    const ready = ours.find((entry) => entry.held < Date.now());
    // a page that was to send one itself may be gone by then
    if (!ready && ours.length) timer = setTimeout(flush, Math.min(...ours.map((entry) => entry.held)) - Date.now() + 100);
    return ready;
  };
  const flush = async () => {
    clearTimeout(timer);
    if (running) return;
    running = true;
    const saying = setInterval(lease, SILENCE / 3);
    try {
      let entry = await due();
      if (entry && !lease()) throw new Error("another tab is sending");
      while (entry && !signedOut && lease() && (await send(entry))) {
        pause = LEAST;
        entry = await due();
      }
      yieldLease();
    } catch {
      timer = setTimeout(flush, pause);
      pause = Math.min(pause * 2, MOST);
    } finally {
      clearInterval(saying);
      running = false;
    }
  };
  const now = () => {
    pause = LEAST;
    signedOut = false;
    return flush();
  };

  tablet.outbox = { add, list, find, remove, change, release, flush: now, announce };
  addEventListener("online", now);
  addEventListener("pagehide", yieldLease);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now());
  document.addEventListener("tablet:facts", now);
  document.addEventListener("tablet:signed-out", () => {
    signedOut = true;
    announce();
  });
  document.addEventListener("DOMContentLoaded", () => announce().then(flush, () => {}));
})();
