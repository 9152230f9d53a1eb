/** Has a model speak that can only be asked with words of the caller. */
export const CONTINUE_PROMPT = 'The caller is on the line and waits for you to speak.';
