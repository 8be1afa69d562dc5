// Photos are made small on the tablet before they travel or wait; their place and time stay behind.
(() => {
  "use strict";
  const LONGEST = 1600;

  tablet.drawn = async (file) => {
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

  // the picture as it should travel, and what to show of it; null where this browser cannot draw it: then it goes as it
  // is, and the server says what it thinks of it
  tablet.smallPhoto = async (file) => {
    try {
      const canvas = await tablet.drawn(file);
      const small = await asFile(canvas);
      return { file: small && (small.size < file.size || file.size > 1_000_000) ? small : file, canvas };
    } catch {
      return { file, canvas: null };
    }
  };
})();
