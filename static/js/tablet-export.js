// The last resort: what waits is saved to a file, with its photos, which the office can take in. It stays here too;
// should both arrive, the key makes them one.
(() => {
  "use strict";
  const asText = (blob) =>
    new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.split(",")[1]);
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(blob);
    });

  // each file stands for itself and is small enough to be taken in
  const LARGEST = 5_000_000;
  const portions = (entries, sizes) => {
    const found = [];
    let [room, photos] = [0, new Set()];
    for (const entry of entries) {
      const size = entry.photo && !photos.has(entry.photo) ? (sizes.get(entry.photo) ?? 0) * 1.4 : 0;
      if (!found.length || size > room) {
        found.push([]);
        [room, photos] = [LARGEST, new Set()];
      }
      found[found.length - 1].push(entry);
      photos.add(entry.photo);
      room -= size;
    }
    return found;
  };
  const told = ({ key, kind, path, fields, photo, account, by, device }) => ({ key, kind, path, fields, photo, account, by, device_at: device });
  const written = async (entries, photos, village) => {
    const pictures = {};
    for (const entry of entries) if (photos.has(entry.photo)) pictures[entry.photo] ??= await asText(photos.get(entry.photo));
    const saved = { format: "kiosk-outbox-1", village, saved_at: new Date().toISOString(), entries: entries.map(told), photos: pictures };
    return new Blob([JSON.stringify(saved)], { type: "application/json" });
  };
  const hand = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  tablet.saveOutbox = async () => {
    const [entries, rows] = [await tablet.outbox.list(), await tablet.store.all("photos")];
    const photos = new Map(rows.map((row) => [row.id, row.blob]));
    const facts = await tablet.facts.get();
    const parts = portions(entries, new Map(rows.map((row) => [row.id, row.blob.size])));
    for (const [n, part] of parts.entries()) {
      const blob = await written(part, photos, facts?.village.code ?? "");
      hand(blob, `kiosk-${tablet.day()}-${n + 1}-${parts.length}.json`);
    }
  };
})();
