export { type ArgumentFields, type ArgumentKind, checkArgument, isBytes } from './argument-check.js';
export { decodeBase64 } from './base64.js';
export { BoundedReader, type BoundedReaderOptions } from './bounded-reader.js';
export { choiceFault } from './choice-fault.js';
export { type Cancel, type Clock, holdClock, sleep } from './clock.js';
export { closestName } from './closest-name.js';
export { describeValue, MAX_SHOWN_CHARS } from './describe-value.js';
export { startWasm, type WasmMemory, type WasmModule, type WasmNames } from './embedded-wasm.js';
export { errorFactory, HooklineError, isHooklineError, messageOf } from './error.js';
export { isRecord } from './is-record.js';
export { type LinkOptions, linkedTransports } from './linked-transports.js';
export { loadOnce } from './load-once.js';
export { type LogFields, type Logger, silentLogger } from './logger.js';
export { MinHeap } from './min-heap.js';
export { type NumberRule, numberFault } from './number-check.js';
export { quote } from './quote.js';
export type { RuntimeErrorCode } from './runtime-error.js';
export { seededRandom } from './seeded-random.js';
export { MAX_TIMER_MS, systemClock } from './system-clock.js';
export { type Alarm, createTicker, type Ticker } from './ticker.js';
export { type Rate, TokenBucket } from './token-bucket.js';
export type { Transport, TransportEnd, TransportListener } from './transport.js';
export {
  checkOptionNames,
  notOptions,
  type OptionNames,
  optionsFault,
  type UnknownName,
  unknownName,
  unknownOption,
} from './unknown-option.js';
export { contain, guardedSignal, type OnError, runUserCode } from './user-code.js';
export { VirtualClock } from './virtual-clock.js';
