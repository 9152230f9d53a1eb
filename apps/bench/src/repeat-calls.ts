/** Calls made at the same time. */
const PARALLEL = 50;

/**
 * Makes `count` calls, 50 at a time.
 *
 * @param makeCall - makes a call, and resolves with whether it closed cleanly
 * @returns how many did not
 */
export async function repeatCalls(count: number, makeCall: () => Promise<boolean>): Promise<number> {
  let remaining = count;
  let unclean = 0;
  const worker = async () => {
    while (remaining > 0) {
      remaining -= 1;
      if (!(await makeCall())) unclean += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return unclean;
}
