// The outbox: a deed is in it before it is sent, and leaves it when the server says that it has it. Oldest first, one
// at a time. The key makes it one deed, however often it is sent; it is sent only for the person who wrote it down.
(() => {
  "use strict";
  const LEASE = "kiosk.sending";
  const [LEAST, MOST, PATIENCE, SILENCE] = [1_000, 60_000, 30_000, 6_000];
  const SLOWEST = 3; // bytes in a millisecond: a photo gets the time that it takes at the edge of the mountains
  const PASSED = 3; // so many that the server stumbles over are left for later at one go
  const me = tablet.mint();
  let signedOut = false;
  let unable = ""; // what the server says keeps it from taking anything: its disk is full
  let running = false;
  let pause = LEAST;
  let timer;

  // ---- what is in it ----
  const list = () => tablet.store.all("outbox");
  const find = (key) => tablet.store.within("outbox", "readonly", (outbox) => outbox.index("key").get(key));

  // left to the page until then; a clock that was set back holds nothing
  const isHeld = ({ held, from }) => Date.now() < held && Date.now() >= (from ?? 0);

  // a key that is there already gets the new words, in its old place; with `instead` others leave in the same moment; `round` is kept along with what is to be sent of it
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
      version: tablet.mint(), // an answer to older words must not take away newer ones
      device: new Date(at).toISOString(),
      held: draft.held ? at + draft.held : 0, // until then the page sends it itself
      from: at,
      opened: false,
      state: "waiting",
      problems: [],
    }));
    await tablet.store.within(["outbox", "photos", "rounds"], "readwrite", (outbox, photos, rounds) => {
      if (photo) photos.put({ id, blob: photo, ticket: "" });
      for (const entry of entries) place(outbox, photos, entry);
      for (const key of instead) drop(outbox, photos, key);
      if (round) rounds.put(round);
    });
    await announce();
    if (!drafts.some((draft) => draft.held)) flush();
    return entries;
  };

  const place = (outbox, photos, entry) => {
    outbox.index("key").get(entry.key).onsuccess = ({ target }) => {
      const before = target.result;
      try {
        if (before) outbox.put({ ...entry, order: before.order });
        else outbox.add(entry);
      } catch (fault) {
        return outbox.transaction.giveUp(fault);
      }
      if (before?.photo && before.photo !== entry.photo) forsake(outbox, photos, before.photo);
    };
  };
  // a photo goes with the last entry that shows it; until then its ticket, if there is one, spares sending it again
  const forsake = (outbox, photos, id, ticket) => {
    outbox.index("photo").count(id).onsuccess = (counted) => {
      if (!counted.target.result) photos.delete(id);
      else if (ticket) photos.get(id).onsuccess = (found) => photos.put({ ...found.target.result, ticket });
    };
  };
  const drop = (outbox, photos, key, { ticket = "", version = null } = {}) => {
    outbox.index("key").get(key).onsuccess = ({ target }) => {
      const entry = target.result;
      if (!entry || (version && entry.version !== version)) return;
      outbox.delete(entry.order);
      if (entry.photo) forsake(outbox, photos, entry.photo, ticket);
    };
  };
  const remove = async (key, which = {}) => {
    await tablet.store.within(["outbox", "photos"], "readwrite", (outbox, photos) => drop(outbox, photos, key, which));
    await announce();
  };
  const change = async (key, changes, version = null) => {
    await tablet.store.within("outbox", "readwrite", (outbox) => {
      outbox.index("key").get(key).onsuccess = ({ target }) => {
        const entry = target.result;
        if (entry && (!version || entry.version === version)) outbox.put({ ...entry, ...changes });
      };
    });
    await announce();
  };
  // `opened`: somebody puts it right in the form; it is still seen among those that wait
  const hold = (key, milliseconds, opened = false) => change(key, { held: Date.now() + milliseconds, from: Date.now(), opened });
  const release = (key) => change(key, { held: 0, opened: false }).then(flush);

  const announce = async () => {
    const entries = await list();
    const waiting = entries.filter((entry) => entry.state === "waiting" && (entry.opened || !isHeld(entry)));
    const mine = tablet.account()?.id;
    tablet.tell("outbox:changed", {
      waiting: waiting.length,
      needsYou: entries.filter((entry) => entry.state === "needs-you").length,
      oldest: waiting[0]?.at ?? null,
      signIn: signedOut || waiting.some((entry) => entry.account !== mine),
      unable: waiting.length ? unable : "",
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
    // under another address than a page's: what is posted to it, a browser takes for changed and throws the kept page away
    const answer = await fetch(`${entry.path}?deed`, {
      method: "POST",
      body: form,
      headers: { accept: "application/json", "x-csrftoken": tablet.token() },
      signal: tablet.patience(PATIENCE + (form.get("photo")?.size ?? 0) / SLOWEST),
    });
    // a ticket that is good no longer reads like a photo that is missing: bring the picture itself
    return answer.status === 422 && byTicket ? post(entry, false) : answer;
  };
  // the cookie that a form's token must match may have gone with the browser: any page brings a new one
  const insist = async (entry) => {
    const answer = await post(entry);
    return answer.status === 403 && (await tablet.facts.refresh()) && tablet.account()?.id === entry.account ? post(entry) : answer;
  };

  class Stumbled extends Error {} // the server lives, but not over this one
  class Unable extends Error {} // the server lives, and takes nothing now

  // false: nothing more can be sent now
  const send = async (entry) => {
    const { key, version } = entry;
    const answer = await insist(entry);
    if (answer.status === 401 || answer.status === 403) {
      signedOut = true;
      await announce();
      return false;
    }
    if (answer.status === 500) throw new Stumbled();
    if (answer.status > 500 || answer.status === 429) throw new Unable((await answer.json()).detail);
    const said = await answer.json(); // not the server: whoever stands in between, a hotel's sign-in page, has taken nothing
    if (answer.ok) {
      if (entry.kind === "deed" && !said.event) throw new Error("no receipt");
      unable = "";
      await remove(key, { ticket: said.photo_ticket, version });
      tablet.tell("outbox:sent", { entry, receipt: said });
      return true;
    }
    const problems = said.problems ?? [{ field: "", message: said.detail ?? String(answer.status) }];
    await change(key, { state: "needs-you", problems }, version);
    tablet.tell("outbox:refused", { entry, problems });
    return true;
  };

  // one tab sends at a time and says so every other second; should two ever do, the server knows a deed by its key
  const lease = () => {
    const [holder, until] = (tablet.recall(LEASE) ?? "").split(" ");
    const left = Number(until) - Date.now(); // longer than anybody takes it for: the clock was set back
    if (holder && holder !== me && left > 0 && left <= SILENCE) return false;
    tablet.remember(LEASE, `${me} ${Date.now() + SILENCE}`);
    return true;
  };
  const yieldLease = () => tablet.recall(LEASE)?.startsWith(me) && tablet.remember(LEASE, null);
  // what follows one that was passed over must not depend on it, as a visit does on its round
  const isAlone = (entry) => entry.kind === "deed" && !entry.fields.round;
  const due = async (passed) => {
    const mine = tablet.account()?.id;
    const ours = (await list()).filter((entry) => entry.state === "waiting" && entry.account === mine && !passed.has(entry.key));
    const ready = ours.find((entry) => !isHeld(entry) && (!passed.size || isAlone(entry)));
    if (passed.size) return ready;
    // a page that was to send one itself may be gone by then
    if (!ready && ours.length) timer = setTimeout(flush, Math.min(...ours.map((entry) => entry.held)) - Date.now() + 100);
    return ready;
  };
  const attempt = async (entry, passed) => {
    try {
      const more = await send(entry);
      if (!passed.size) pause = LEAST;
      return more;
    } catch (fault) {
      if (!(fault instanceof Stumbled) || passed.size >= PASSED) throw fault;
      passed.add(entry.key);
      return true;
    }
  };
  const flush = async () => {
    clearTimeout(timer);
    if (running) return;
    running = true;
    const saying = setInterval(lease, SILENCE / 3);
    const passed = new Set();
    try {
      let entry = await due(passed);
      while (entry && !signedOut) {
        if (!lease()) throw new Error("another tab is sending");
        if (!(await attempt(entry, passed))) break;
        entry = await due(passed);
      }
      yieldLease();
      if (passed.size) throw new Stumbled();
    } catch (fault) {
      if (unable !== (unable = fault instanceof Unable ? fault.message : "")) announce();
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

  tablet.outbox = { add, list, find, remove, change, hold, isHeld, release, flush: now, announce };
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
