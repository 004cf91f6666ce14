import type { EditorView } from '@codemirror/view';
import type { ConsoleLines } from '../worker/protocol.ts';

/** Lines of the console that are kept. */
const most = 200;

/** The model's source in an editor, and what its code writes. The editor is loaded when it is first shown. */
export class CodePanel {
  private readonly host: HTMLElement;
  private readonly output: HTMLElement;
  private readonly actions: { changed(text: string): void; run(): void };
  private text: string;
  private editor: Promise<EditorView> | null = null;

  constructor(
    host: HTMLElement,
    output: HTMLElement,
    text: string,
    actions: { changed(text: string): void; run(): void },
  ) {
    this.host = host;
    this.output = output;
    this.text = text;
    this.actions = actions;
  }

  /** Shows the editor. */
  open(): Promise<EditorView> {
    this.editor ??= import('./editor.ts').then(({ createEditor }) =>
      createEditor(this.host, this.text, {
        changed: (text) => {
          this.text = text;
          this.actions.changed(text);
        },
        run: this.actions.run,
      }),
    );
    return this.editor;
  }

  /** Puts another source into the editor. */
  async show(text: string): Promise<void> {
    if (text === this.text) return;
    this.text = text;
    const editor = await this.editor;
    editor?.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }

  print({ lines, dropped }: ConsoleLines): void {
    this.add([...lines, ...(dropped > 0 ? [`… and ${dropped} more`] : [])], '');
  }

  /** A line of the page itself: what became of a run. */
  note(text: string, kind: 'good' | 'bad'): void {
    this.add([text], kind);
  }

  clear(): void {
    this.output.replaceChildren();
  }

  private add(lines: readonly string[], kind: string): void {
    const { output } = this;
    const atEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 40;
    for (const line of lines) {
      const element = document.createElement('div');
      element.className = kind;
      element.textContent = line;
      output.append(element);
    }
    while (output.childElementCount > most) output.firstElementChild?.remove();
    if (atEnd) output.scrollTop = output.scrollHeight;
  }
}
