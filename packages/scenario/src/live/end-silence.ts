/** The silence that ends an utterance of the bot, in milliseconds. */
export const END_SILENCE_MS = 700;
