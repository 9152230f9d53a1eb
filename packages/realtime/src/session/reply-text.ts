import type { HeardPart } from '@hookline/server';

/** Characters of a reply that are kept: its text comes from a model. */
const MAX_REPLY_CHARS = 10_000;

/** No voice says more characters in a second: what bounds a text that runs ahead of its audio. */
const CHARS_PER_SECOND = 15;

interface PartText {
  text: string;
  final: boolean;
}

/** The text of one reply, part by part, as it comes. */
export class ReplyText {
  readonly #parts = new Map<string, PartText>();
  #chars = 0;

  add(part: string, text: string, final: boolean): void {
    const known = this.#parts.get(part) ?? { text: '', final: false };
    if (known.final && !final) return;
    const room = MAX_REPLY_CHARS - this.#chars + (final ? known.text.length : 0);
    const fitting = text.slice(0, Math.max(0, room));
    const now = final ? fitting : known.text + fitting;
    this.#chars += now.length - known.text.length;
    this.#parts.set(part, { text: now, final });
  }

  /** All of it. */
  get whole(): string {
    return joined([...this.#parts.values()].map(({ text }) => text));
  }

  /**
   * What the caller can have heard of it: never more. Text that names no part of the audio is taken as the text of all.
   *
   * @param complete - whether all audio of the reply was there; otherwise the text may run ahead of it
   */
  heard(shares: readonly HeardPart[], complete: boolean): string {
    const known = shares.filter(({ key }) => this.#parts.has(key));
    if (known.length === 0) return cut(this.whole, total(shares), complete);
    const last = shares.at(-1)?.key;
    return joined(
      known.map((share) =>
        cut(this.#parts.get(share.key)?.text ?? '', share, complete || share.key !== last),
      ),
    );
  }
}

function joined(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join(' ');
}

function total(shares: readonly HeardPart[]): HeardPart {
  let heardMs = 0;
  let totalMs = 0;
  for (const share of shares) {
    heardMs += share.heardMs;
    totalMs += share.totalMs;
  }
  return { key: '', heardMs, totalMs };
}

/** The beginning of a text that belongs to the part heard, cut between words. */
function cut(text: string, { heardMs, totalMs }: HeardPart, complete: boolean): string {
  if (totalMs <= 0 || heardMs <= 0) return '';
  const share = Math.min(1, heardMs / totalMs);
  const bySpeed = complete ? text.length : Math.floor((heardMs / 1000) * CHARS_PER_SECOND);
  const chars = Math.min(Math.floor(text.length * share), bySpeed);
  if (chars >= text.length) return text;
  if (/\s/.test(text[chars] ?? '')) return text.slice(0, chars);
  const space = text.slice(0, chars).search(/\s\S*$/);
  return space < 0 ? '' : text.slice(0, space);
}
