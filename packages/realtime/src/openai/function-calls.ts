import { type Json, text } from '../wire/json.js';

/** Calls of functions that are written at a time; the oldest is forgotten for one more. */
const MAX_WRITTEN_CALLS = 64;

/** Characters of arguments that are gathered; what is longer is read by nobody. */
const MAX_GATHERED_CHARS = 100_000;

interface WrittenCall {
  id: string;
  name: string;
  json: string;
}

/**
 * Gathers the calls of functions of a response, which come in pieces and are told up to three times: by the last of
 * their arguments, as an item, and with the response. Tells each as soon as it is whole; which one was told before is
 * known by its id.
 */
export class FunctionCalls {
  readonly #tell: (id: string, name: string, json: string) => void;
  /** By the id of their item, or their own where there is none. */
  readonly #written = new Map<string, WrittenCall>();

  constructor(tell: (id: string, name: string, json: string) => void) {
    this.#tell = tell;
  }

  /** `response.output_item.added` */
  added(item: Json): void {
    if (item['type'] !== 'function_call') return;
    const call = this.#of(text(item['id']), text(item['call_id']));
    call.name = text(item['name']) || call.name;
  }

  /** `response.function_call_arguments.delta` */
  delta(event: Json): void {
    const call = this.#of(text(event['item_id']), text(event['call_id']));
    if (call.json.length < MAX_GATHERED_CHARS) call.json += text(event['delta']);
  }

  /** `response.function_call_arguments.done` */
  done(event: Json): void {
    const call = this.#of(text(event['item_id']), text(event['call_id']));
    call.name = text(event['name']) || call.name;
    call.json = text(event['arguments']) || call.json;
    // Those of a response that was cancelled are cut off; the item says whether they are.
    if (call.id !== '' && call.name !== '' && isWhole(call.json)) this.#tell(call.id, call.name, call.json);
  }

  /** An item of `response.output_item.done` or `response.done`. */
  item(item: Json): void {
    if (item['type'] !== 'function_call') return;
    const itemId = text(item['id']);
    const callId = text(item['call_id']);
    const call = this.#of(itemId, callId);
    this.#written.delete(itemId || callId);
    // One that was cut off by a cancellation has arguments that are cut off, too.
    if (item['status'] === 'incomplete') return;
    const id = callId || call.id || itemId;
    this.#tell(id, text(item['name']) || call.name, text(item['arguments']) || call.json);
  }

  /** `response.done`: what it does not list and was not told. */
  over(completed: boolean): void {
    const written = [...this.#written.values()];
    this.#written.clear();
    if (!completed) return;
    for (const { id, name, json } of written) if (id !== '' && name !== '') this.#tell(id, name, json);
  }

  #of(itemId: string, callId: string): WrittenCall {
    const key = itemId || callId;
    const known = this.#written.get(key);
    if (known) {
      known.id ||= callId;
      return known;
    }
    const [oldest] = this.#written.keys();
    if (this.#written.size >= MAX_WRITTEN_CALLS && oldest !== undefined) this.#written.delete(oldest);
    const call = { id: callId, name: '', json: '' };
    this.#written.set(key, call);
    return call;
  }
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
