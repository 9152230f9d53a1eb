import type { HistoryItem } from '../service/service.js';

/** Bounds of the history that a new session gets; the latest texts are kept. */
const MAX_HISTORY_ITEMS = 200;
const MAX_HISTORY_CHARS = 100_000;

/** What was said in the call, to restore a session after a reconnect. */
export class History {
  #items: HistoryItem[] = [];
  #chars = 0;
  #untold: History | undefined;

  add(who: HistoryItem['who'], text: string): void {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.length > MAX_HISTORY_CHARS) return;
    this.#items.push({ who, text: trimmed });
    this.#chars += trimmed.length;
    while (this.#items.length > MAX_HISTORY_ITEMS || this.#chars > MAX_HISTORY_CHARS) {
      this.#chars -= this.#items.shift()?.text.length ?? 0;
    }
  }

  /** Keeps a text for the service that came up while no session was connected, within the same bounds. */
  addUntold(text: string): void {
    this.#untold ??= new History();
    this.#untold.add('caller', text);
  }

  /** Returns the texts that the service was not told, and forgets them. A session that gets the history needs none. */
  takeUntold(): readonly string[] {
    const untold = this.#untold?.itemsWith() ?? [];
    this.#untold = undefined;
    return untold.map(({ text }) => text);
  }

  /** @param playing - texts of replies that are still playing */
  itemsWith(playing: readonly string[] = []): readonly HistoryItem[] {
    const now = playing.filter((text) => text !== '').map((text) => ({ who: 'bot' as const, text }));
    return [...this.#items, ...now];
  }
}
