import { type Json, text } from '../wire/json.js';

/** Maximum number of pending function calls; the oldest is dropped for one more. */
const MAX_PENDING_CALLS = 64;

/** Maximum number of characters of arguments that are collected. */
const MAX_ARGUMENTS_CHARS = 100_000;

interface PendingCall {
  id: string;
  name: string;
  json: string;
}

/**
 * Assembles the function calls of a response. They arrive in pieces and are announced up to three times: with the last of
 * their arguments, as an item, and with the response. Reports each as soon as it is complete; the receiver drops repeated
 * ids.
 */
export class FunctionCalls {
  readonly #onCall: (id: string, name: string, json: string) => void;
  /** By item id, or by call id if there is none. */
  readonly #pending = new Map<string, PendingCall>();
  /** Ids of the calls of this response, and of the one that was done last: some servers announce its items only then. */
  #ids = new Set<string>();
  #doneIds = new Set<string>();

  constructor(onCall: (id: string, name: string, json: string) => void) {
    this.#onCall = (id, name, json) => {
      if (this.#doneIds.has(id)) return;
      if (this.#ids.size < MAX_PENDING_CALLS) this.#ids.add(id);
      onCall(id, name, json);
    };
  }

  /** `response.created`: a server may number the calls of each response anew. */
  onResponseCreated(): void {
    this.#doneIds.clear();
  }

  /** `response.output_item.added` */
  added(item: Json): void {
    if (item['type'] !== 'function_call') return;
    const call = this.#entry(text(item['id']), text(item['call_id']));
    call.name = text(item['name']) || call.name;
  }

  /** `response.function_call_arguments.delta` */
  delta(event: Json): void {
    const call = this.#entry(text(event['item_id']), text(event['call_id']));
    if (call.json.length < MAX_ARGUMENTS_CHARS) call.json += text(event['delta']);
  }

  /** `response.function_call_arguments.done` */
  done(event: Json): void {
    const call = this.#entry(text(event['item_id']), text(event['call_id']));
    call.name = text(event['name']) || call.name;
    call.json = text(event['arguments']) || call.json;
    // The arguments of a cancelled response are cut off; only the item says so.
    if (call.id !== '' && call.name !== '' && isCompleteJson(call.json))
      this.#onCall(call.id, call.name, call.json);
  }

  /** An item of `response.output_item.done` or `response.done`. */
  item(item: Json): void {
    if (item['type'] !== 'function_call') return;
    const itemId = text(item['id']);
    const callId = text(item['call_id']);
    const call = this.#entry(itemId, callId);
    this.#pending.delete(itemId || callId);
    // The arguments of an item that was cancelled are cut off, too.
    if (item['status'] === 'incomplete') return;
    const id = callId || call.id || itemId;
    // A call without an id cannot be answered.
    if (id === '') return;
    this.#onCall(id, text(item['name']) || call.name, text(item['arguments']) || call.json);
  }

  /** `response.done`: reports the pending calls that it does not list. */
  onResponseDone(completed: boolean): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    if (completed)
      for (const { id, name, json } of pending) if (id !== '' && name !== '') this.#onCall(id, name, json);
    this.#doneIds = this.#ids;
    this.#ids = new Set();
  }

  #entry(itemId: string, callId: string): PendingCall {
    const key = itemId || callId;
    const known = this.#pending.get(key);
    if (known) {
      known.id ||= callId;
      return known;
    }
    const [oldest] = this.#pending.keys();
    if (this.#pending.size >= MAX_PENDING_CALLS && oldest !== undefined) this.#pending.delete(oldest);
    const call = { id: callId, name: '', json: '' };
    this.#pending.set(key, call);
    return call;
  }
}

function isCompleteJson(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
