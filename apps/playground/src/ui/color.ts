/** The color that a custom property has in the theme of the moment, as `rgb(…)`. */
export function color(property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const { color: found } = getComputedStyle(probe);
  probe.remove();
  return found;
}

/** Calls `changed` when the page turns light or dark. */
export function onTheme(changed: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ['data-theme'] });
}

/** Turns the page light or dark, and remembers it. */
export function toggleTheme(): void {
  const { dataset } = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const next = (dataset.theme || system) === 'dark' ? 'light' : 'dark';
  dataset.theme = next;
  localStorage.setItem('theme', next);
}
