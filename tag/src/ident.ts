/** An id that nobody else makes: of a hit, or of a session. */
export const makeId = (): string =>
  // No randomUUID on a page without TLS.
  crypto.randomUUID?.() || "" + Date.now() + Math.random();
