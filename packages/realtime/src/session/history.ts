import type { HistoryItem } from '../service/service.js';

/** Bounds of the history that a new session gets; the latest texts are kept. */
const MAX_HISTORY_ITEMS = 200;
const MAX_HISTORY_CHARS = 100_000;

/** What was said in the call, to restore a session after a reconnect. */
export class History {
  #items: HistoryItem[] = [];
  #chars = 0;
  #unsent: History | undefined;

  add(who: HistoryItem['who'], text: string): void {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.length > MAX_HISTORY_CHARS) return;
    this.#items.push({ who, text: trimmed });
    this.#chars += trimmed.length;
    while (this.#items.length > MAX_HISTORY_ITEMS || this.#chars > MAX_HISTORY_CHARS) {
      this.#chars -= this.#items.shift()?.text.length ?? 0;
    }
  }

  /** Keeps a text for the service while no session is connected, within the same bounds. */
  addUnsent(text: string): void {
    this.#unsent ??= new History();
    this.#unsent.add('caller', text);
  }

  /**
   * Returns the texts that were not sent to the service, and removes them. A session that receives the history does not
   * need them.
   */
  takeUnsent(): readonly string[] {
    const unsent = this.#unsent?.itemsWith() ?? [];
    this.#unsent = undefined;
    return unsent.map(({ text }) => text);
  }

  /** @param playing - texts of replies that are still playing */
  itemsWith(playing: readonly string[] = []): readonly HistoryItem[] {
    const now = playing.filter((text) => text !== '').map((text) => ({ who: 'bot' as const, text }));
    return [...this.#items, ...now];
  }
}
