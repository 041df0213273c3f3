// Light or dark before the first paint: what was chosen last, else as the system has it. A classic script, so that it runs before the page is shown.

(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // No storage: the system decides.
  }
})();
