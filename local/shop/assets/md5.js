// MD5 (RFC 1321) of a text in UTF-8, in hexadecimal digits: what kSense's documents hash an address with, and no browser has.
const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const SINES = Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));
const MIXES = [
  (b, c, d) => (b & c) | (~b & d),
  (b, c, d) => (b & d) | (c & ~d),
  (b, c, d) => b ^ c ^ d,
  (b, c, d) => c ^ (b | ~d),
];
const CHOICES = [(step) => step, (step) => 5 * step + 1, (step) => 3 * step + 5, (step) => 7 * step];

function pad(bytes) {
  const size = 64 * (1 + Math.floor((bytes.length + 8) / 64));
  const padded = new DataView(new ArrayBuffer(size));
  [...bytes, 0x80].forEach((byte, place) => padded.setUint8(place, byte));
  padded.setUint32(size - 8, bytes.length * 8, true);
  return padded;
}

function mixBlock(state, message, start) {
  let [a, b, c, d] = state;
  for (let step = 0; step < 64; step += 1) {
    const round = step >> 4;
    const word = message.getUint32(start + 4 * (CHOICES[round](step) % 16), true);
    const sum = a + MIXES[round](b, c, d) + SINES[step] + word;
    const shift = SHIFTS[round][step % 4];
    [a, b, c, d] = [d, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0, b, c];
  }
  return [a, b, c, d].map((word, place) => (word + state[place]) | 0);
}

export function md5(text) {
  const message = pad(new TextEncoder().encode(text));
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < message.byteLength; start += 64) state = mixBlock(state, message, start);
  const digest = new DataView(new ArrayBuffer(16));
  state.forEach((word, place) => digest.setInt32(4 * place, word, true));
  return Array.from({ length: 16 }, (_, place) => digest.getUint8(place).toString(16).padStart(2, "0")).join("");
}
