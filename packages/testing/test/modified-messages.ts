import type { Dial } from '@hookline/client';
import type { Transport } from '@hookline/runtime';

/** A dialler whose connection modifies the server's messages: `text` returns the replacements. */
export function tampering(dial: Dial, text: (text: string) => string | undefined): Dial {
  return async (request) => {
    const dialled = await dial(request);
    return { ...dialled, transport: new Tampered(dialled.transport, text) };
  };
}

class Tampered implements Transport {
  constructor(
    private readonly inner: Transport,
    private readonly change: (text: string) => string | undefined,
  ) {}

  get bufferedAmount(): number {
    return this.inner.bufferedAmount;
  }

  listen(listener: Parameters<Transport['listen']>[0]): void {
    this.inner.listen({
      text: (text) => {
        const arrives = this.change(text);
        if (arrives !== undefined) listener.text(arrives);
      },
      binary: (bytes) => listener.binary(bytes),
      closed: (end) => listener.closed(end),
    });
  }

  sendText(text: string): void {
    this.inner.sendText(text);
  }

  sendBinary(bytes: Uint8Array): void {
    this.inner.sendBinary(bytes);
  }

  close(code?: number, reason?: string): void {
    this.inner.close(code, reason);
  }

  terminate(): void {
    this.inner.terminate();
  }
}
