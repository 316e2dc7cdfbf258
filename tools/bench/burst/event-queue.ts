/** Events of a simulation by their time: a binary heap. */
export class EventQueue<Event> {
  readonly #heap: { readonly at: number; readonly order: number; readonly event: Event }[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Events of the same time keep the order in which they were added. */
  add(at: number, event: Event): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#added++, event });
    for (let index = heap.length - 1; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Removes and returns the next event and those within `ms` after it. */
  take(ms: number): { readonly at: number; readonly events: Event[] } | undefined {
    const first = this.#heap[0];
    if (!first) return undefined;
    const events: Event[] = [];
    for (let next = this.#heap[0]; next && next.at <= first.at + ms; next = this.#heap[0]) {
      events.push(next.event);
      this.#removeFirst();
    }
    return { at: first.at, events };
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ; ) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      let least = index;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) return false;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]];
    if (!a || !b) return;
    this.#heap[one] = b;
    this.#heap[other] = a;
  }
}
