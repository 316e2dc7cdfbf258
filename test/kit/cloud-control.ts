import type { FaultRuleInput, ReportedRule, SeenCall } from '@reelgate/local-cloud';
import type { Hosted } from '../../tools/cloud/hosted.ts';

/** Client of the control endpoint of a cloud that is hosted with `control`. */
export interface CloudControl {
  add(...rules: FaultRuleInput[]): Promise<ReportedRule[]>;
  rules(): Promise<ReportedRule[]>;
  /** Removes one rule, or all rules. */
  remove(id?: string): Promise<void>;
  calls(): Promise<{ calls: SeenCall[]; forgotten: number }>;
  forgetCalls(): Promise<void>;
  /** Returns the new time, ISO 8601. */
  moveClock(advanceMs: number): Promise<string>;
}

export function controlOf({ control }: Hosted): CloudControl {
  if (!control) throw new Error('This cloud was hosted without its control endpoint.');
  const { url, token } = control;
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, connection: 'close' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const rulesIn = (response: unknown) => (response as { rules: ReportedRule[] }).rules;
  return {
    add: async (...rules) => rulesIn(await call('POST', '/faults', rules)),
    rules: async () => rulesIn(await call('GET', '/faults')),
    remove: async (id) =>
      void (await call('DELETE', id === undefined ? '/faults' : `/faults/${id}`)),
    calls: async () => (await call('GET', '/calls')) as { calls: SeenCall[]; forgotten: number },
    forgetCalls: async () => void (await call('DELETE', '/calls')),
    moveClock: async (advanceMs) =>
      ((await call('POST', '/clock', { advanceMs })) as { now: string }).now,
  };
}
