/** The counters of one end of a session: its own messages and the peer's. */
export class Sequence {
  #sent = 0;
  #received = 0;

  /** The seq of the last message sent; 0 before any. */
  get sent(): number {
    return this.#sent;
  }

  /** The seq of the last message received; 0 before any. */
  get received(): number {
    return this.#received;
  }

  /** The seq for the next message. Take it only for a message that is sent. */
  next(): number {
    this.#sent += 1;
    return this.#sent;
  }

  /** The seq that the peer's next message must have. */
  get expected(): number {
    return this.#received + 1;
  }

  /** Takes the peer's next seq. Returns false, and changes nothing, when it is not the expected one. */
  accept(seq: number): boolean {
    if (seq !== this.expected) return false;
    this.#received = seq;
    return true;
  }

  /** Takes the peer's seq whatever it is: once a break has been told, what follows is counted from there. */
  adopt(seq: number): void {
    this.#received = seq;
  }
}
