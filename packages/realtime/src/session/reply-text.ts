import type { HeardPart } from '@hookline/server';

/** Maximum number of characters of a reply that are kept, since a model may write without end. */
const MAX_REPLY_CHARS = 10_000;

/** Fastest speech, in characters per second: bounds how much of a text that runs ahead of its audio was heard. */
const CHARS_PER_SECOND = 15;

/** The same for scripts of which a character stands for a syllable or more. */
const SYLLABLES_PER_SECOND = 8;

const SYLLABIC = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/u;

/** Scripts of languages that are written without spaces between words. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;

// A set locale, so that the same words are heard on each machine; those of most scripts do not depend on it.
const WORDS = new Intl.Segmenter('en', { granularity: 'word' });

interface PartText {
  text: string;
  final: boolean;
}

/** Collects the text of one reply, part by part. */
export class ReplyText {
  readonly #parts = new Map<string, PartText>();
  #chars = 0;

  add(part: string, text: string, final: boolean): void {
    const known = this.#parts.get(part) ?? { text: '', final: false };
    if (known.final && !final) return;
    const remaining = MAX_REPLY_CHARS - this.#chars + (final ? known.text.length : 0);
    const accepted = text.slice(0, Math.max(0, remaining));
    const now = final ? accepted : known.text + accepted;
    this.#chars += now.length - known.text.length;
    this.#parts.set(part, { text: now, final });
  }

  /** The whole text. */
  get whole(): string {
    return joined([...this.#parts.values()].map(({ text }) => text));
  }

  /**
   * The text that the caller can have heard, at most. Text without a matching audio part is taken as the text of the reply.
   *
   * @param complete - whether all audio of the reply was received; otherwise the text may run ahead of it
   */
  heard(shares: readonly HeardPart[], complete: boolean): string {
    const known = shares.filter(({ key }) => this.#parts.has(key));
    if (known.length === 0) return cutToHeard(this.whole, total(shares), complete);
    const last = shares.at(-1)?.key;
    return joined(
      known.map((share) =>
        cutToHeard(this.#parts.get(share.key)?.text ?? '', share, complete || share.key !== last),
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

/** Cuts a text, between words, to the share that was heard. */
function cutToHeard(text: string, { heardMs, totalMs }: HeardPart, complete: boolean): string {
  if (totalMs <= 0 || heardMs <= 0) return '';
  const share = Math.min(1, heardMs / totalMs);
  const maxChars = complete ? text.length : charsWithin(text, heardMs);
  const chars = Math.min(Math.floor(text.length * share), maxChars);
  if (chars >= text.length || /\s/.test(text[chars] ?? '')) return text.slice(0, chars);
  const begin = text.slice(0, chars).search(/\S*$/);
  const word = /^\S*/.exec(text.slice(begin))?.[0] ?? '';
  if (!UNSPACED.test(word)) return text.slice(0, begin);
  return text.slice(0, begin + (WORDS.segment(word).containing(chars - begin)?.index ?? 0));
}

/** How many characters of a text can be said in this time, at most. */
function charsWithin(text: string, ms: number): number {
  let restMs = ms;
  let chars = 0;
  for (const char of text) {
    restMs -= 1000 / (SYLLABIC.test(char) ? SYLLABLES_PER_SECOND : CHARS_PER_SECOND);
    if (restMs < 0) break;
    chars += char.length;
  }
  return chars;
}
