import type { JsonObject } from './json.ts';

/** One event of an execution's history. https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
export interface HistoryEvent {
  /** From 1, without gaps. */
  readonly id: number;
  /** The previous event of the same branch; 0 for the first. */
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly type: string;
  /** The details of this type of event; payloads are JSON text. */
  readonly details?: JsonObject;
}

/** The member of the API's HistoryEvent that holds the details of a type. */
export function detailsMember(type: string): string {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
