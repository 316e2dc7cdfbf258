import type { StreamViewType } from '../tables/stream-definition.ts';
import type { Table } from '../tables/table.ts';
import type { Item } from '../values/attribute-value.ts';
import { equalValues } from '../values/compare.ts';
import { itemSize } from '../values/item-size.ts';

/** What a record says of one change; position and time come with it when it is read. */
export interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly Keys: Item;
  readonly NewImage?: Item;
  readonly OldImage?: Item;
  readonly SizeBytes: number;
  readonly StreamViewType: StreamViewType;
  /** The change was made by time to live, not by a request. */
  readonly expired?: true;
}

export interface ItemChange {
  readonly table: Table;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  readonly expired?: true;
}

/** Undefined where nothing changed: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
export function streamRecord(
  { table, before, after, expired }: ItemChange,
  viewType: StreamViewType,
): StreamRecord | undefined {
  const item = after ?? before;
  if (item === undefined) return undefined;
  if (before && after && equalValues({ M: before }, { M: after })) return undefined;
  const Keys = table.keyAttributesOf(item);
  const newImage = /NEW/.test(viewType) ? after : undefined;
  const oldImage = /OLD/.test(viewType) ? before : undefined;
  const images = [Keys, ...(newImage ? [newImage] : []), ...(oldImage ? [oldImage] : [])];
  return {
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    Keys,
    ...(newImage && { NewImage: newImage }),
    ...(oldImage && { OldImage: oldImage }),
    SizeBytes: images.reduce((sum, image) => sum + itemSize(image), 0),
    StreamViewType: viewType,
    ...(expired && { expired }),
  };
}
