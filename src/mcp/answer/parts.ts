import { bytesOf, type Detail } from './detail.js';

/** A list of an answer: its length, and how one item of it is shown. */
export interface List {
  length: number;
  show: (at: number, detail: Detail) => unknown;
}

/** Puts a list and the way its items are shown together. */
export function listOf<Item>(items: readonly Item[], show: (item: Item, detail: Detail) => Item): List {
  return { length: items.length, show: (at, detail) => show(items[at] as Item, detail) };
}

/** Where a part begins, how long it is, and of how many. */
export interface Part {
  from: number;
  count: number;
  total: number;
}

/** Items per list as they are shown, where they belong, and where the next part begins; null at the end. */
export interface Taken {
  taken: unknown[][];
  parts: Part[];
  next: number[] | null;
}

/**
 * Takes the next part of several lists at once: one item of each in turn, until the bytes are spent or every list has
 * given `limit` items. At least one item is taken, so that every call gets further.
 *
 * @param offsets where each list goes on
 * @param room bytes for all items together
 */
export function takeParts(lists: readonly List[], offsets: readonly number[], limit: number, room: number, detail: Detail): Taken {
  const taken: unknown[][] = lists.map(() => []);
  const open = new Set(lists.keys());
  let left = room;
  while (open.size > 0) {
    for (const at of [...open]) {
      const list = lists[at];
      const into = taken[at];
      const position = (offsets[at] ?? 0) + (into?.length ?? 0);
      if (!list || !into || position >= list.length || into.length >= limit) {
        open.delete(at);
        continue;
      }
      const item = list.show(position, detail);
      const size = bytesOf(item) + 1;
      if (size > left && taken.some((items) => items.length > 0)) open.delete(at);
      else {
        into.push(item);
        left -= size;
      }
    }
  }
  const parts = lists.map((list, at) => ({ from: offsets[at] ?? 0, count: taken[at]?.length ?? 0, total: list.length }));
  const next = parts.map((part) => part.from + part.count);
  return { taken, parts, next: next.some((offset, at) => offset < (lists[at]?.length ?? 0)) ? next : null };
}
