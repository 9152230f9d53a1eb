/** The longest time that a bot may choose to wait for its caller: one day, in milliseconds. */
export const MAX_WAIT_MS = 86_400_000;
