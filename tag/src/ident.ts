/** An id that nobody else makes: of a hit, or of a session. */
export const makeId = (): string => {
  try {
    return crypto.randomUUID();
  } catch {
    // No crypto, or a page without TLS.
    return "" + Date.now() + Math.random();
  }
};
