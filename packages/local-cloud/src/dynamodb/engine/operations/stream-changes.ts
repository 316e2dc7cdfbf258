import { invalidParameter, validationError } from '../errors.ts';
import type { StreamLog } from '../storage/stream-log.ts';
import type { TableDefinition } from '../tables/definition.ts';
import type { StreamViewType } from '../tables/stream-definition.ts';

interface StreamSpecification {
  readonly StreamEnabled: boolean;
  readonly StreamViewType?: StreamViewType | undefined;
}

/** The view type to start a stream with; undefined for no stream. */
export function wantedStream(specification?: StreamSpecification): StreamViewType | undefined {
  if (specification === undefined) return undefined;
  const { StreamEnabled: enabled, StreamViewType: viewType } = specification;
  if (enabled && viewType === undefined) {
    throw invalidParameter('StreamViewType is required when StreamEnabled is true');
  }
  if (!enabled && viewType !== undefined) {
    throw invalidParameter('StreamViewType must not be specified when StreamEnabled is false');
  }
  return viewType;
}

/**
 * The definition with its stream enabled or disabled. The errors:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html, StreamSpecification
 */
export function withStream(
  streams: StreamLog,
  definition: TableDefinition,
  specification: StreamSpecification,
): TableDefinition {
  const wanted = wantedStream(specification);
  const { name, stream } = definition;
  if (wanted !== undefined) {
    if (stream?.enabled) {
      throw validationError(`Table already has an enabled stream: TableName: ${name}`);
    }
    return { ...definition, stream: streams.next(name, wanted) };
  }
  if (!stream?.enabled) {
    throw validationError(`Table has no stream to disable: TableName: ${name}`);
  }
  return { ...definition, stream: { ...stream, enabled: false } };
}

/** Starts or ends the stream of a table as its definition changes: call it in the same transaction. */
export function keepStream(
  streams: StreamLog,
  before: TableDefinition | undefined,
  after: TableDefinition | undefined,
): void {
  const [old, next] = [before?.stream, after?.stream];
  if (old?.enabled && !(next?.enabled && next.id === old.id)) streams.disable(old);
  if (after && next?.enabled && next.id !== old?.id) streams.start(after, next);
}
