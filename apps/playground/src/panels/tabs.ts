/** Makes a tab list work: click, arrow keys, Home and End; the panel of the chosen tab is shown. */
export function tabs(list: HTMLElement, shown: (name: string) => void): void {
  const buttons = [...list.querySelectorAll<HTMLButtonElement>('[role=tab]')];
  const choose = (button: HTMLButtonElement, focus: boolean): void => {
    for (const other of buttons) {
      const chosen = other === button;
      other.setAttribute('aria-selected', String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(other.getAttribute('aria-controls') ?? '');
      if (panel) panel.hidden = !chosen;
    }
    if (focus) button.focus();
    shown(button.dataset.name ?? '');
  };
  for (const [i, button] of buttons.entries()) {
    button.addEventListener('click', () => choose(button, false));
    button.addEventListener('keydown', (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: -1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(buttons.at(to % buttons.length) as HTMLButtonElement, true);
    });
  }
  choose(buttons[0] as HTMLButtonElement, false);
}
