/** `work` as a function that never throws: whatever goes wrong in here is no business of the page. */
export const guard =
  <Arguments extends unknown[]>(work: (...parameters: Arguments) => unknown) =>
  (...parameters: Arguments): void => {
    try {
      work(...parameters);
    } catch {}
  };
