// SHA-256, for plain http, where browsers lend out theirs to nobody. FIPS 180-4; for short texts in plain letters.
(() => {
  "use strict";
  const isPrime = (number) => {
    for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) return false;
    return true;
  };
  const primes = [];
  for (let number = 2; primes.length < 64; number += 1) if (isPrime(number)) primes.push(number);
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  const ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)));
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  const padded = (text) => {
    const bytes = [...text].map((letter) => letter.charCodeAt(0) & 0xff);
    const bits = bytes.length * 8;
    bytes.push(0x80);
    while (bytes.length % 64 !== 56) bytes.push(0);
    for (let shift = 56; shift >= 0; shift -= 8) bytes.push(shift > 31 ? 0 : (bits >>> shift) & 0xff);
    return bytes;
  };
  const spread = (block) => {
    const words = [];
    for (let n = 0; n < 16; n += 1) words.push((block[4 * n] << 24) | (block[4 * n + 1] << 16) | (block[4 * n + 2] << 8) | block[4 * n + 3]);
    for (let n = 16; n < 64; n += 1) {
      const [early, late] = [words[n - 15], words[n - 2]];
      const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      words.push((words[n - 16] + low + words[n - 7] + high) | 0);
    }
    return words;
  };
  const stir = (state, block) => {
    let [a, b, c, d, e, f, g, h] = state;
    for (const [n, word] of spread(block).entries()) {
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[n] + word) | 0;
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    return [a, b, c, d, e, f, g, h].map((word, n) => (word + state[n]) | 0);
  };

  tablet.digest = (text) => {
    const bytes = padded(text);
    let state = START;
    for (let at = 0; at < bytes.length; at += 64) state = stir(state, bytes.slice(at, at + 64));
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };
})();
