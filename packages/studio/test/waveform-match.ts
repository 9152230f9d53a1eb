/** Whether a sample is loud enough for speech. */
export const isLoud = (sample: number) => Math.abs(sample) > 600;

/** Finds where `heard` matches `said` best, and the correlation there; 1 is equal except for the level. */
export function findBestMatch(said: Int16Array, heard: Int16Array) {
  const guess = heard.findIndex(isLoud) - said.findIndex(isLoud);
  let best = { at: 0, correlation: 0 };
  for (let at = Math.max(0, guess - 800); at < guess + 800; at++) {
    let [xy, xx, yy] = [0, 0, 0];
    for (let i = 0; i < said.length; i++) {
      const [x, y] = [said[i] ?? 0, heard[at + i] ?? 0];
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    const correlation = xy / Math.sqrt(xx * yy || 1);
    if (correlation > best.correlation) best = { at, correlation };
  }
  return best;
}
