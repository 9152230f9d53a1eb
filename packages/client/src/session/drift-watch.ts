import { type ServerMessage, unknownFields } from '@hookline/protocol';

/** A bot of another version has a few fields of its own, not hundreds. */
const MAX_NOTED = 50;

/** Notes each field that the protocol does not know once. (DECISIONS.md #12) */
export class DriftWatch {
  readonly #noted = new Set<string>();

  /** What there is to say of a message; undefined for most. */
  note(message: ServerMessage): string | undefined {
    const fresh = unknownFields(message).filter((path) => this.#isNew(message, path));
    if (fresh.length === 0) return undefined;
    return `${message.type} has fields that the protocol does not know, at ${fresh.join(', ')}; they were ignored`;
  }

  #isNew({ type }: ServerMessage, path: string): boolean {
    // Outputs in `closed` are known drift, with a clause of their own.
    if (type === 'closed' && path === '/parameters/outputVariables') return false;
    const key = `${type} ${path}`;
    if (this.#noted.has(key) || this.#noted.size >= MAX_NOTED) return false;
    this.#noted.add(key);
    return true;
  }
}
