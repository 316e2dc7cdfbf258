import {
  equalJson,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
} from '../language/json.ts';

/**
 * Compares a history with a recorded one. Ignored are values that a recording does not determine: `<…>` and
 * masked times, ARNs, causes, and the order between branches of a Parallel or iterations of a Map.
 */
export function differences(
  recorded: readonly JsonObject[],
  replayed: readonly JsonObject[],
): string[] {
  if (recorded.length !== replayed.length)
    return [
      `${recorded.length} events recorded, ${replayed.length} here: ${types(recorded)} / ${types(replayed)}`,
    ];
  const rest = [...replayed];
  const found: string[] = [];
  let depth = 0;
  for (const [index, event] of recorded.entries()) {
    const within = depth > 0;
    depth += depthChange(event);
    const at = within ? rest.findIndex((other) => sameEvent(event, other)) : 0;
    const [other] = at >= 0 ? rest.splice(at, 1) : [];
    if (other !== undefined && sameEvent(event, other)) continue;
    found.push(
      `event ${index + 1}: recorded ${JSON.stringify(event)}, here ${JSON.stringify(other ?? replayed[index])}`,
    );
    // Without the matching event, later events cannot be compared.
    if (within) break;
  }
  return found;
}

/** The change of nesting after this event; inside a Map or Parallel the order is free. */
function depthChange({ type }: JsonObject): number {
  if (type === 'ParallelStateEntered' || type === 'MapStateEntered') return 1;
  return type === 'ParallelStateExited' || type === 'MapStateExited' ? -1 : 0;
}

function sameEvent(recorded: JsonObject, replayed: JsonObject): boolean {
  const keys = new Set([...Object.keys(recorded), ...Object.keys(replayed)]);
  keys.delete('cause');
  return [...keys].every((key) => same(recorded[key], replayed[key], key));
}

function same(recorded: Json | undefined, replayed: Json | undefined, key: string): boolean {
  if (key === 'Cause' || key === 'cause') return true;
  if (recorded === undefined || replayed === undefined) return recorded === replayed;
  if (typeof recorded === 'string') return sameText(recorded, replayed, key);
  if (isArray(recorded))
    return (
      isArray(replayed) &&
      recorded.length === replayed.length &&
      recorded.every((item, index) => same(item, replayed[index], key))
    );
  if (!isObject(recorded)) return equalJson(recorded, replayed);
  if (!isObject(replayed)) return false;
  const keys = new Set([...Object.keys(recorded), ...Object.keys(replayed)]);
  return [...keys].every((member) => same(recorded[member], replayed[member], member));
}

const MASKED = /<[^>]*>/;
const MASKED_TIMES = new Set(['date', 'timestamp']);
const TIME = /^\d{4}-\d{2}-\d{2}/;

function sameText(recorded: string, replayed: Json, key: string): boolean {
  if (MASKED.test(recorded) || recorded.startsWith('arn:')) return typeof replayed === 'string';
  if (recorded === replayed) return true;
  if (typeof replayed !== 'string') return false;
  if (MASKED_TIMES.has(recorded) && TIME.test(replayed)) return true;
  const [one, other] = [structureIn(recorded), structureIn(replayed)];
  return one !== undefined && other !== undefined && same(one, other, key);
}

/** The array or object in a text; the order of members is irrelevant. */
function structureIn(text: string): Json | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function types(events: readonly JsonObject[]): string {
  return events.map(({ type }) => String(type)).join(' ');
}
