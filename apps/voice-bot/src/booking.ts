/** What the bot asked last. */
export type Question = 'people' | 'day' | 'hour' | 'confirm';

/** The state of the dialogue: the details known so far, and the current question. */
export interface BookingState {
  readonly question: Question;
  readonly people: number | undefined;
  readonly day: string | undefined;
  readonly hour: number | undefined;
  /** Number of consecutive answers that were not understood. */
  readonly misses: number;
}

/** Input of the caller. `speech`: speech that was not recognised; `nothing`: silence. */
export type CallerInput =
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'speech' | 'nothing' };

/** The next turn of the bot. */
export interface BotTurn {
  readonly state: BookingState;
  /** The sentences to speak. */
  readonly sentences: readonly string[];
  /** If present, ends the call after the sentences. */
  readonly end?: { readonly reservation: string } | { readonly transfer: 'agent' };
}

/** Context of the caller's input. */
export interface TurnContext {
  /** Whether speech is recognised. Otherwise the caller answers by keys, and any speech counts as agreement. */
  readonly wordsUnderstood: boolean;
  /** Whether the caller heard the details that they are to confirm. */
  readonly detailsHeard: boolean;
}

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MAX_PEOPLE = 8;
const FIRST_HOUR = 5;
const LAST_HOUR = 9;
/** After this many answers in a row that were not understood, the call is transferred to an agent. */
const MAX_MISSES = 3;

export const INITIAL_STATE: BookingState = {
  question: 'people',
  people: undefined,
  day: undefined,
  hour: undefined,
  misses: 0,
};

const WELCOME = 'Harbour restaurant, good evening.';

/** The first turn of the bot. */
export function greeting({ wordsUnderstood }: Pick<TurnContext, 'wordsUnderstood'>): BotTurn {
  return { state: INITIAL_STATE, sentences: [WELCOME, ...questionOf(INITIAL_STATE, wordsUnderstood)] };
}

/** The dialogue as a pure function, independent of audio, time and call. */
export function nextTurn(
  state: BookingState,
  input: CallerInput,
  { wordsUnderstood, detailsHeard }: TurnContext,
): BotTurn {
  if (input.kind === 'nothing')
    return {
      state,
      sentences: [...questionOf(state, wordsUnderstood), ...hintOf(state.question, wordsUnderstood)],
    };
  const tokens = input.kind === 'words' ? input.words.split(' ') : [];
  if (tokens.includes('person') || (input.kind === 'key' && input.key === '0')) return transferToAgent(state);
  if (state.question === 'confirm') {
    // A caller who agrees before having heard the details hears them again.
    if (isConfirmation(input, tokens, wordsUnderstood))
      return detailsHeard ? confirmBooking(state) : askNext(state, wordsUnderstood);
    if (tokens.includes('no') || (input.kind === 'key' && input.key === '2')) {
      const again = askNext(INITIAL_STATE, wordsUnderstood);
      return { ...again, sentences: ['Let us start again.', ...again.sentences] };
    }
  }
  const next = input.kind === 'key' ? applyKey(state, input.key) : applyWords(state, tokens);
  return next ? askNext(next, wordsUnderstood) : notUnderstood(state, wordsUnderstood);
}

function isConfirmation(input: CallerInput, tokens: readonly string[], wordsUnderstood: boolean): boolean {
  if (input.kind === 'key') return input.key === '1';
  return tokens.includes('yes') || (input.kind === 'speech' && !wordsUnderstood);
}

/** Applies a key to the state; undefined if it is not a valid answer. */
function applyKey(state: BookingState, key: string): BookingState | undefined {
  const number = Number(key);
  if (state.question === 'people' && number >= 1 && number <= MAX_PEOPLE) return { ...state, people: number };
  const day = DAYS[number - 1];
  if (state.question === 'day' && day) return { ...state, day };
  if (state.question === 'hour' && number >= FIRST_HOUR && number <= LAST_HOUR)
    return { ...state, hour: number };
  return undefined;
}

/** Applies all details in the words to the state, including those not asked for; undefined if there are none. */
function applyWords(state: BookingState, tokens: readonly string[]): BookingState | undefined {
  const numberAfter = (word: string) => NUMBERS.indexOf(tokens[tokens.indexOf(word) + 1] ?? '') + 1;
  const bare = NUMBERS.indexOf(tokens.find((word) => NUMBERS.includes(word)) ?? '') + 1;
  const hour = tokens.includes('at') ? numberAfter('at') : state.question === 'hour' ? bare : 0;
  const people = tokens.includes('for') ? numberAfter('for') : state.question === 'people' ? bare : 0;
  const day = tokens.find((word) => DAYS.includes(word));
  if (hour === 0 && people === 0 && day === undefined) return undefined;
  return {
    ...state,
    people: people || state.people,
    day: day ?? state.day,
    hour: hour >= FIRST_HOUR ? hour : state.hour,
  };
}

/** Asks for the next missing detail. */
function askNext(state: BookingState, wordsUnderstood: boolean): BotTurn {
  const question = !state.people ? 'people' : !state.day ? 'day' : !state.hour ? 'hour' : 'confirm';
  const next: BookingState = { ...state, question, misses: 0 };
  return { state: next, sentences: questionOf(next, wordsUnderstood) };
}

function notUnderstood(state: BookingState, wordsUnderstood: boolean): BotTurn {
  if (state.misses + 1 >= MAX_MISSES) return transferToAgent(state);
  const sorry = wordsUnderstood ? 'Sorry, I did not understand.' : 'Sorry, I understand keys only.';
  return {
    state: { ...state, misses: state.misses + 1 },
    sentences: [
      sorry,
      ...(wordsUnderstood ? hintOf(state.question, wordsUnderstood) : []),
      ...questionOf(state, wordsUnderstood),
    ],
  };
}

function confirmBooking(state: BookingState): BotTurn {
  const day = state.day ?? '';
  const reservation = `${state.people} people, ${day.charAt(0).toUpperCase()}${day.slice(1)} at ${state.hour} pm`;
  return { state, sentences: ['Your table is booked.', 'Goodbye.'], end: { reservation } };
}

function transferToAgent(state: BookingState): BotTurn {
  return { state, sentences: ['One moment, I hand you over to a person.'], end: { transfer: 'agent' } };
}

function questionOf(state: BookingState, wordsUnderstood: boolean): readonly string[] {
  const hint = wordsUnderstood ? [] : hintOf(state.question, wordsUnderstood);
  const people = NUMBERS[(state.people ?? 0) - 1];
  switch (state.question) {
    case 'people':
      return ['For how many people shall I book?', ...hint];
    case 'day':
      return [`A table for ${people}.`, 'On which day?', ...hint];
    case 'hour':
      return [`On ${state.day}.`, 'At what time?', ...hint];
    case 'confirm':
      return [
        `A table for ${people} on ${state.day} at ${NUMBERS[(state.hour ?? 0) - 1]}.`,
        ...hintOf('confirm', wordsUnderstood),
      ];
  }
}

/** Tells the caller how to answer a question. */
function hintOf(question: Question, wordsUnderstood: boolean): readonly string[] {
  const say = wordsUnderstood ? 'Say it, or press' : 'Press';
  switch (question) {
    case 'people':
      return [`${say} a key from one to eight.`];
    case 'day':
      return [`${say} one for monday, two for tuesday, and so on.`];
    case 'hour':
      return [`${say} a key from five to nine.`];
    case 'confirm':
      return [
        wordsUnderstood
          ? 'Shall I book it? Say yes, or press one. To start again, say no, or press two.'
          : 'Shall I book it? Say anything, or press one. To start again, press two.',
      ];
  }
}

const alternatives = (choices: readonly string[]) => choices.join(' | ');

const RULES: Readonly<Record<string, string>> = {
  person: '[i would like] (a person | an agent) [please]',
  day: alternatives(DAYS),
  hour: alternatives(NUMBERS.slice(FIRST_HOUR - 1, LAST_HOUR)),
  number: alternatives(NUMBERS.slice(0, MAX_PEOPLE)),
  book: '[hello] [i would like to book] a table [for <number> [people]] [on <day>] [at <hour>] [please]',
};

/** The expected answers to each question. */
const EXPECTED: Readonly<Record<Question, string>> = {
  people: '[for] <number> [people] [please] | <book> | <person>',
  day: '[on] <day> [at <hour>] [please] | <person>',
  hour: '[at] <hour> [please] | <person>',
  confirm: '(yes | no) [please] | <person>',
};

/** The JSGF grammar of the answers to a question. */
export function grammarOf(question: Question): string {
  const rules = Object.entries(RULES).map(([name, rule]) => `<${name}> = ${rule};`);
  return ['#JSGF V1.0;', 'grammar booking;', ...rules, `public <said> = ${EXPECTED[question]};`, ''].join(
    '\n',
  );
}

/** All words of the grammars. */
export const VOCABULARY: ReadonlySet<string> = new Set(
  [...Object.values(RULES), ...Object.values(EXPECTED)].flatMap(
    (rule) => rule.replace(/<\w+>/g, ' ').match(/[a-z]+/g) ?? [],
  ),
);
