/** What the bot has asked for last. */
export type Question = 'people' | 'day' | 'hour' | 'confirm';

/** A booking as far as it is known, and what is asked. */
export interface Desk {
  readonly asks: Question;
  readonly people: number | undefined;
  readonly day: string | undefined;
  readonly hour: number | undefined;
  /** How often in a row an answer was not understood. */
  readonly misses: number;
}

/** What the caller does. `speech`: they spoke, and nobody knows what; `nothing`: they are silent. */
export type Said =
  | { readonly by: 'words'; readonly words: string }
  | { readonly by: 'key'; readonly key: string }
  | { readonly by: 'speech' | 'nothing' };

/** What the bot does. */
export interface Answer {
  readonly desk: Desk;
  /** Its sentences. */
  readonly says: readonly string[];
  /** What ends the call after them. */
  readonly ends?: { readonly reservation: string } | { readonly transfer: 'agent' };
}

/** What the rules have to know beside what was said. */
export interface Circumstances {
  /** Whether speech is turned into words; without, keys answer, and any speech agrees. */
  readonly words: boolean;
  /** Whether the caller heard the details that they are asked to confirm. */
  readonly detailsHeard: boolean;
}

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MAX_PEOPLE = 8;
const FIRST_HOUR = 5;
const LAST_HOUR = 9;
/** After so many answers that were not understood, a person takes over. */
const MAX_MISSES = 3;

export const NEW_DESK: Desk = {
  asks: 'people',
  people: undefined,
  day: undefined,
  hour: undefined,
  misses: 0,
};

const WELCOME = 'Harbour restaurant, good evening.';

/** How the bot begins. */
export function greeting({ words }: Pick<Circumstances, 'words'>): Answer {
  return { desk: NEW_DESK, says: [WELCOME, ...questionOf(NEW_DESK, words)] };
}

/** The rules of the dialogue, without audio, time or call. */
export function answer(desk: Desk, said: Said, { words, detailsHeard }: Circumstances): Answer {
  if (said.by === 'nothing') return { desk, says: [...questionOf(desk, words), ...hintOf(desk.asks, words)] };
  const heard = said.by === 'words' ? said.words.split(' ') : [];
  if (heard.includes('person') || (said.by === 'key' && said.key === '0')) return handOver(desk);
  if (desk.asks === 'confirm') {
    // Who agrees to what they cannot know yet is read it again.
    if (agrees(said, heard, words)) return detailsHeard ? booked(desk) : ask(desk, words);
    if (heard.includes('no') || (said.by === 'key' && said.key === '2')) {
      const again = ask(NEW_DESK, words);
      return { ...again, says: ['Let us start again.', ...again.says] };
    }
  }
  const known = said.by === 'key' ? keyed(desk, said.key) : spoken(desk, heard);
  return known ? ask(known, words) : missed(desk, words);
}

function agrees(said: Said, heard: readonly string[], words: boolean): boolean {
  if (said.by === 'key') return said.key === '1';
  return heard.includes('yes') || (said.by === 'speech' && !words);
}

/** The desk with what a key answers; undefined when it answers nothing. */
function keyed(desk: Desk, key: string): Desk | undefined {
  const number = Number(key);
  if (desk.asks === 'people' && number >= 1 && number <= MAX_PEOPLE) return { ...desk, people: number };
  const day = DAYS[number - 1];
  if (desk.asks === 'day' && day) return { ...desk, day };
  if (desk.asks === 'hour' && number >= FIRST_HOUR && number <= LAST_HOUR) return { ...desk, hour: number };
  return undefined;
}

/** The desk with all that the words answer, asked for or not; undefined when they answer nothing. */
function spoken(desk: Desk, heard: readonly string[]): Desk | undefined {
  const numberAfter = (word: string) => NUMBERS.indexOf(heard[heard.indexOf(word) + 1] ?? '') + 1;
  const bare = NUMBERS.indexOf(heard.find((word) => NUMBERS.includes(word)) ?? '') + 1;
  const hour = heard.includes('at') ? numberAfter('at') : desk.asks === 'hour' ? bare : 0;
  const people = heard.includes('for') ? numberAfter('for') : desk.asks === 'people' ? bare : 0;
  const day = heard.find((word) => DAYS.includes(word));
  if (hour === 0 && people === 0 && day === undefined) return undefined;
  return {
    ...desk,
    people: people || desk.people,
    day: day ?? desk.day,
    hour: hour >= FIRST_HOUR ? hour : desk.hour,
  };
}

/** Asks for what is still missing. */
function ask(desk: Desk, words: boolean): Answer {
  const asks = !desk.people ? 'people' : !desk.day ? 'day' : !desk.hour ? 'hour' : 'confirm';
  const next: Desk = { ...desk, asks, misses: 0 };
  return { desk: next, says: questionOf(next, words) };
}

function missed(desk: Desk, words: boolean): Answer {
  if (desk.misses + 1 >= MAX_MISSES) return handOver(desk);
  const sorry = words ? 'Sorry, I did not understand.' : 'Sorry, I understand keys only.';
  return {
    desk: { ...desk, misses: desk.misses + 1 },
    says: [sorry, ...(words ? hintOf(desk.asks, words) : []), ...questionOf(desk, words)],
  };
}

function booked(desk: Desk): Answer {
  const day = desk.day ?? '';
  const reservation = `${desk.people} people, ${day.charAt(0).toUpperCase()}${day.slice(1)} at ${desk.hour} pm`;
  return { desk, says: ['Your table is booked.', 'Goodbye.'], ends: { reservation } };
}

function handOver(desk: Desk): Answer {
  return { desk, says: ['One moment, I hand you over to a person.'], ends: { transfer: 'agent' } };
}

function questionOf(desk: Desk, words: boolean): readonly string[] {
  const hint = words ? [] : hintOf(desk.asks, words);
  const people = NUMBERS[(desk.people ?? 0) - 1];
  switch (desk.asks) {
    case 'people':
      return ['For how many people shall I book?', ...hint];
    case 'day':
      return [`A table for ${people}.`, 'On which day?', ...hint];
    case 'hour':
      return [`On ${desk.day}.`, 'At what time?', ...hint];
    case 'confirm':
      return [
        `A table for ${people} on ${desk.day} at ${NUMBERS[(desk.hour ?? 0) - 1]}.`,
        ...hintOf('confirm', words),
      ];
  }
}

/** How a question can be answered. */
function hintOf(asks: Question, words: boolean): readonly string[] {
  const say = words ? 'Say it, or press' : 'Press';
  switch (asks) {
    case 'people':
      return [`${say} a key from one to eight.`];
    case 'day':
      return [`${say} one for monday, two for tuesday, and so on.`];
    case 'hour':
      return [`${say} a key from five to nine.`];
    case 'confirm':
      return [
        words
          ? 'Shall I book it? Say yes, or press one. To start again, say no, or press two.'
          : 'Shall I book it? Say anything, or press one. To start again, press two.',
      ];
  }
}

const one = (choices: readonly string[]) => choices.join(' | ');

const RULES: Readonly<Record<string, string>> = {
  person: '[i would like] (a person | an agent) [please]',
  day: one(DAYS),
  hour: one(NUMBERS.slice(FIRST_HOUR - 1, LAST_HOUR)),
  number: one(NUMBERS.slice(0, MAX_PEOPLE)),
  book: '[hello] [i would like to book] a table [for <number> [people]] [on <day>] [at <hour>] [please]',
};

/** What may be said to each question. */
const EXPECTED: Readonly<Record<Question, string>> = {
  people: '[for] <number> [people] [please] | <book> | <person>',
  day: '[on] <day> [at <hour>] [please] | <person>',
  hour: '[at] <hour> [please] | <person>',
  confirm: '(yes | no) [please] | <person>',
};

/** The JSGF grammar of the answers to a question. */
export function grammarOf(asks: Question): string {
  const rules = Object.entries(RULES).map(([name, rule]) => `<${name}> = ${rule};`);
  return ['#JSGF V1.0;', 'grammar booking;', ...rules, `public <said> = ${EXPECTED[asks]};`, ''].join('\n');
}

/** Every word of the grammars. */
export const VOCABULARY: ReadonlySet<string> = new Set(
  [...Object.values(RULES), ...Object.values(EXPECTED)].flatMap(
    (rule) => rule.replace(/<\w+>/g, ' ').match(/[a-z]+/g) ?? [],
  ),
);
