// Does the little work that a sign-up costs while its form is filled in: a number that, behind the challenge, gives a SHA-256
// (FIPS 180-4) with enough leading zero bits. Written here because crypto.subtle is missing on pages without TLS.
"use strict";
(() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
  const START = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
  const W = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function block(state, words) {
    W.set(words);
    for (let i = 16; i < 64; i++) {
      const a = W[i - 15], b = W[i - 2];
      const low = turn(a, 7) ^ turn(a, 18) ^ (a >>> 3), high = turn(b, 17) ^ turn(b, 19) ^ (b >>> 10);
      W[i] = (W[i - 16] + low + W[i - 7] + high) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => { state[i] = (state[i] + value) | 0; });
  }

  function digest(text) { // of ASCII
    const words = new Int32Array(((text.length + 8) >> 6) * 16 + 16);
    for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i % 4));
    words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length % 4));
    words[words.length - 1] = 8 * text.length;
    const state = START.slice();
    for (let i = 0; i < words.length; i += 16) block(state, words.subarray(i, i + 16));
    return state;
  }

  const form = document.querySelector("form[data-bits]");
  if (!form) return;
  const challenge = form.elements.challenge.value, bits = Number(form.dataset.bits);
  let number = 0, waiting = false;
  form.addEventListener("submit", (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    waiting = true;
    form.querySelector("button").disabled = true;
  });
  function work() {
    for (const end = number + 4000; number < end; number++) {
      if (Math.clz32(digest(`${challenge}:${number}`)[0]) < bits) continue; // at most 32 bits are asked for
      form.elements.answer.value = String(number);
      if (waiting) form.submit();
      return;
    }
    setTimeout(work);
  }
  work();
})();
