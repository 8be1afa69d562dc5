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

  tablet.saveOutbox = async () => {
    const [entries, photos] = [await tablet.outbox.list(), await tablet.store.all("photos")];
    const used = photos.filter((photo) => entries.some((entry) => entry.photo === photo.id));
    const facts = await tablet.facts.get();
    const parts = [
      JSON.stringify({ format: "kiosk-outbox-1", village: facts?.village.code ?? "", saved_at: new Date().toISOString() }).slice(0, -1),
      ',"entries":',
      JSON.stringify(entries.map(({ key, kind, path, fields, photo, account, by, device }) => ({ key, kind, path, fields, photo, account, by, device_at: device }))),
      ',"photos":{',
    ];
    for (const [n, photo] of used.entries()) parts.push(n ? "," : "", JSON.stringify(photo.id), ":", JSON.stringify(await asText(photo.blob)));
    parts.push("}}");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts, { type: "application/json" }));
    link.download = `kiosk-${tablet.day()}-${entries.length}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
})();
