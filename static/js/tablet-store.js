// What a tablet keeps: the outbox with its photos, and what it needs to fill it. On plain http there is neither a
// service worker nor a lock; IndexedDB, written through to the disk, is what there is.
window.tablet = {};
(() => {
  "use strict";
  const HOLDER = "kiosk.holder";
  const $ = (selector) => document.querySelector(selector);

  class Full extends Error {} // the disk: nothing was kept
  class Nobody extends Error {} // it is not known who holds the tablet
  const open = () => new Promise((done, failed) => {
    const asked = indexedDB.open("kiosk", 1);
    asked.onupgradeneeded = () => {
      const outbox = asked.result.createObjectStore("outbox", { keyPath: "order", autoIncrement: true });
      outbox.createIndex("key", "key", { unique: true });
      outbox.createIndex("photo", "photo");
      asked.result.createObjectStore("photos", { keyPath: "id" });
      asked.result.createObjectStore("facts", { keyPath: "name" });
      asked.result.createObjectStore("rounds", { keyPath: "key" });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = begin; // the browser took it away, and gives it back to whoever asks again
      done(asked.result);
    };
    asked.onerror = () => failed(asked.error);
  });
  let opened;
  const begin = () => {
    opened = open();
    opened.catch(() => {}); // whoever needs it will hear of it
  };
  begin();

  // `work` gets the stores and must not wait for anything but them; its request's result is the answer
  const within = async (names, mode, work) => {
    const database = await opened;
    const stores = [names].flat();
    const plainly = (fault) => (fault?.name === "QuotaExceededError" ? new Full("the tablet's storage is full") : fault);
    return new Promise((done, failed) => {
      const transaction = database.transaction(stores, mode, { durability: "strict" });
      let asked;
      transaction.oncomplete = () => done(asked?.result);
      transaction.onabort = () => failed(plainly(transaction.error ?? asked?.error));
      // for what goes wrong later than at once
      transaction.giveUp = (fault) => {
        failed(plainly(fault));
        transaction.abort();
      };
      try {
        asked = work(...stores.map((name) => transaction.objectStore(name)));
      } catch (fault) {
        transaction.giveUp(fault);
      }
    });
  };

  Object.assign(tablet, { Full, Nobody });
  tablet.store = {
    within,
    get: (store, key) => within(store, "readonly", (rows) => rows.get(key)),
    all: (store) => within(store, "readonly", (rows) => rows.getAll()),
    put: (store, value) => within(store, "readwrite", (rows) => rows.put(value)),
    remove: (store, key) => within(store, "readwrite", (rows) => rows.delete(key)),
  };

  // 128 random bits in hexadecimal: the key under which a deed is one deed, however often it is sent
  tablet.mint = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // small things of which nothing hangs: a full or forbidden storage forgets them with the page, and stops nobody
  const pocket = new Map();
  tablet.recall = (name) => {
    try {
      return pocket.get(name) ?? localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  // false: there was no room
  tablet.remember = (name, text) => {
    pocket.delete(name);
    try {
      if (text === null) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
      return true;
    } catch {
      if (text !== null) pocket.set(name, text);
      return false;
    }
  };

  // whoever holds the tablet: the page says it, or what was known when it was last in reach
  tablet.account = () => {
    const named = $(".staff-name[data-account]");
    if (named?.dataset.account) return { id: Number(named.dataset.account), name: named.textContent.trim() };
    try {
      return JSON.parse(tablet.recall(HOLDER));
    } catch {
      return null;
    }
  };
  tablet.hold = (account) => tablet.remember(HOLDER, account ? JSON.stringify(account) : null);

  // the day and the time as they are in the village: its offset from Greenwich is the server's, as it was last heard
  const ZONE = "kiosk.zone";
  const offset = () => Number(tablet.recall(ZONE) ?? -new Date().getTimezoneOffset()) * 60_000;
  const there = (moment) => new Date(Number(moment) + offset()).toISOString();
  tablet.inZone = (told) => {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(told) ?? [];
    if (sign) tablet.remember(ZONE, String(Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes))));
  };
  tablet.day = (ago = 0) => there(Date.now() - ago * 86_400_000).slice(0, 10);
  tablet.dayOf = (moment) => there(moment).slice(0, 10);
  tablet.clock = (moment) => there(moment).slice(11, 16);
  // a signal that gives up; older browsers have no AbortSignal.timeout
  tablet.patience = (milliseconds) => {
    const giving = new AbortController();
    setTimeout(() => giving.abort(), milliseconds);
    return giving.signal;
  };
  tablet.token = () => /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  // a sentence of the page with its places filled: "{n} wait" and { n: 3 }
  tablet.fill = (sentence, values) => Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
  tablet.tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  tablet.feel = (pattern) => navigator.vibrate?.(pattern);
})();
