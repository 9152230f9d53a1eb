/** From 0 to 1: how far a gate is open. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
