import type { HistoryItem } from '../service/service.js';

/** Bounds of the history that a new session gets; the latest texts are kept. */
const MAX_HISTORY_ITEMS = 200;
const MAX_HISTORY_CHARS = 100_000;

/** What was said in the call, to restore a session after a reconnect. */
export class History {
  /** An item without text is the place of words that are still to be transcribed. */
  #items: { readonly who: HistoryItem['who']; text: string; readonly part?: string }[] = [];
  #chars = 0;
  #unsent: History | undefined;

  /** Keeps the place of what the caller has just said: a service may transcribe it after the reply to it. */
  keepPlace(part: string): void {
    if (part === '' || this.#placeOf(part)) return;
    this.#items.push({ who: 'caller', text: '', part });
    this.#forgetOldest();
  }

  /** The parts whose places are kept: what the caller said and the service has still to transcribe. */
  get untranscribed(): ReadonlySet<string> {
    return new Set(
      this.#items.flatMap(({ text, part }) => (text === '' && part !== undefined ? [part] : [])),
    );
  }

  /** @param part - of a place that is kept; default: the text comes last */
  add(who: HistoryItem['who'], text: string, part = ''): void {
    const trimmed = text.trim();
    if (trimmed === '' || trimmed.length > MAX_HISTORY_CHARS) return;
    const place = this.#placeOf(part);
    if (place) place.text = trimmed;
    else this.#items.push({ who, text: trimmed });
    this.#chars += trimmed.length;
    this.#forgetOldest();
  }

  /** The connection was lost: what was not transcribed on it never will be, and the next one may use the same parts. */
  dropPlaces(): void {
    this.#items = this.#items.filter(({ text }) => text !== '');
  }

  #placeOf(part: string) {
    return this.#items.find((item) => item.text === '' && item.part === part);
  }

  #forgetOldest(): void {
    while (this.#items.length > MAX_HISTORY_ITEMS || this.#chars > MAX_HISTORY_CHARS) {
      this.#chars -= this.#items.shift()?.text.length ?? 0;
    }
  }

  /** Keeps a text for the service while no session is connected, within the same bounds. */
  addUnsent(text: string): void {
    this.#unsent ??= new History();
    this.#unsent.add('caller', text);
  }

  /** Returns the texts that were not sent to the service, and removes them. */
  takeUnsent(): readonly string[] {
    const unsent = this.#unsent?.itemsWith() ?? [];
    this.#unsent = undefined;
    return unsent.map(({ text }) => text);
  }

  /**
   * The history for a new session. It includes the texts that were not sent so far, which are therefore forgotten.
   *
   * @param playing - texts of replies that are still playing
   */
  takeForNewSession(playing: readonly string[]): readonly HistoryItem[] {
    this.#unsent = undefined;
    return this.itemsWith(playing);
  }

  /** @param playing - texts of replies that are still playing */
  itemsWith(playing: readonly string[] = []): readonly HistoryItem[] {
    const now = playing.map((text) => ({ who: 'bot' as const, text }));
    return [...this.#items, ...now].filter(({ text }) => text !== '').map(({ who, text }) => ({ who, text }));
  }
}
