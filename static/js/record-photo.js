// The photo: made small on the tablet before it travels, and shown. Its place and time stay on the tablet.
(() => {
  "use strict";
  const LONGEST = 1600;
  const $ = (selector) => document.querySelector(selector);

  const shrink = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas;
  };
  const asFile = (canvas) =>
    new Promise((done) => canvas.toBlob((blob) => done(blob && new File([blob], "photo.jpg", { type: "image/jpeg" })), "image/jpeg", 0.85));

  const put = (file) => {
    const files = new DataTransfer();
    if (file) files.items.add(file);
    $("#photo").files = files.files;
  };
  const show = (canvas) => {
    const preview = $("#photo-preview");
    preview.hidden = !canvas;
    $("#photo-drop").hidden = !canvas;
    $("#deed [name=photo_ready]").value = canvas ? "1" : "";
    if (canvas) {
      preview.width = canvas.width;
      preview.height = canvas.height;
      preview.getContext("2d").drawImage(canvas, 0, 0);
      $("#photo-kept")?.remove();
      $("#deed [name=photo_ticket]").value = "";
    }
  };
  // a picture that this browser cannot draw goes as it is: the server says what it thinks of it
  const take = async (file) => {
    try {
      const canvas = await shrink(file);
      const small = await asFile(canvas);
      if (small && (small.size < file.size || file.size > 1_000_000)) put(small);
      show(canvas);
    } catch {
      $("#deed [name=photo_ready]").value = "1";
      $("#photo-drop").hidden = false;
    }
    document.dispatchEvent(new CustomEvent("record:changed"));
  };

  document.addEventListener("change", (event) => {
    if (event.target.id === "photo" && event.target.files[0]) take(event.target.files[0]);
  });
  document.addEventListener("click", (event) => {
    if (event.target.id !== "photo-drop") return;
    put(null);
    show(null);
    document.dispatchEvent(new CustomEvent("record:changed"));
  });

  // for record-draft.js
  window.recordPhoto = { put: (file) => (put(file), take(file)), current: () => $("#photo")?.files[0] };
})();
