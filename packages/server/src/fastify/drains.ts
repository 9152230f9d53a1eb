/** Drains one bot; the same drain each time. Resolves when it is over. */
export type Drain = () => Promise<void>;

/**
 * Where a server holds the drains of its bots. A process may have the ESM and the CJS build of this package: two lists
 * on one server would drain one after the other.
 */
const DRAINS = Symbol.for('@hookline/server:fastify-drains');

/**
 * Adds the drain of a bot to those of its server. Returns a function that starts them all and resolves when all are
 * over, failed ones too. Fastify runs its hooks one after the other: if each drained its own bot only, the others would
 * still accept calls meanwhile.
 */
export function drainTogether(server: object, drain: Drain): () => Promise<void> {
  const drains = drainsOf(server);
  drains.add(drain);
  return async () => {
    await Promise.allSettled([...drains].map((start) => start()));
  };
}

function drainsOf(server: object): Set<Drain> {
  const existing: unknown = Reflect.get(server, DRAINS);
  if (existing instanceof Set) return existing;
  const drains = new Set<Drain>();
  Object.defineProperty(server, DRAINS, { value: drains });
  return drains;
}
