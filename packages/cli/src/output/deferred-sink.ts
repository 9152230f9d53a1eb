import type { WireSink } from '@hookline/protocol';

/** A sink that is created when the call has begun: the options of a call are checked last, and a refused call has no files. */
export interface DeferredSink<Sink extends WireSink> {
  readonly sink: WireSink;
  /** Creates the sink. Idempotent: the first event has created it already. */
  open(): Sink;
}

/** Defers the creation of a sink until `open` or the first event. */
export function deferSink<Sink extends WireSink>(create: () => Sink): DeferredSink<Sink> {
  let created: Sink | undefined;
  const open = () => {
    created ??= create();
    return created;
  };
  return {
    open,
    sink: {
      event: (event) => open().event(event),
      audio: (dir, t, bytes, lateMs) => open().audio?.(dir, t, bytes, lateMs),
      heard: (t, bytes) => open().heard?.(t, bytes),
    },
  };
}
