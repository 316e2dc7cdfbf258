import type { SeenCall } from '@reelgate/local-cloud';

/** Who calls, by a part of the name that the templates give its role, function or service. */
export const CALLERS = {
  'create-upload': 'createupload',
  'sign-parts': 'signparts',
  'list-parts': 'listparts',
  'get-upload': 'getupload',
  'list-uploads': 'listuploads',
  'complete-upload': 'completeupload',
  'cancel-upload': 'cancelupload',
  'inspect-media': 'inspectmedia',
  'publish-video': 'publishvideo',
  'record-job': 'recordjob',
  'accept-form': 'acceptform',
  'reconcile-uploads': 'reconcileuploads',
  workflow: 'processuploadrole',
  MediaConvert: 'transcodingrole',
  'part URL': 'signerrole',
  'a form': 'anonymous',
  'object rule': 'objectcreatedrole',
  'API Gateway': 'apigateway.amazonaws.com',
  EventBridge: 'events.amazonaws.com',
} as const;

export type Caller = keyof typeof CALLERS;

/** One place from which the pipeline calls: `create-upload: dynamodb GetItem`, or a function that runs. */
export interface CallSite {
  readonly who: Caller;
  /** `function` for the run itself. */
  readonly service: string;
  readonly operation: string;
  /** Which function, or which bucket, where a caller has several. */
  readonly at?: string;
}

/** The site as text; `parseSite` reads it again. */
export function siteOf(call: SeenCall): string | undefined {
  const { service, operation, caller, resource } = call;
  // Events have rows of their own; the operator's calls are those of the tests.
  if (service === 'event' || caller === 'root') return undefined;
  if (service === 'function') return `${callerNamed(resource)}: function Run`;
  return `${callerNamed(caller)}: ${service} ${operation}${whereOf(call)}`;
}

export function parseSite(text: string): CallSite {
  const [, who, service, operation, at] = /^(.+?): (\w+) (\w+)(?: (.+))?$/.exec(text) ?? [];
  if (who === undefined || service === undefined || operation === undefined) {
    throw new Error(`Not a call: ${JSON.stringify(text)}; wanted "who: service Operation at".`);
  }
  return { who: who as Caller, service, operation, ...(at !== undefined && { at }) };
}

function whereOf({ service, operation, resource, caller }: SeenCall): string {
  if (service === 'lambda') return ` ${callerNamed(resource)}`;
  if (service === 's3') return resource.includes('outputbucket') ? ' outputs' : ' sources';
  // What the reconciler announces, and when, depends on all that has ended before.
  if (caller.includes(CALLERS['reconcile-uploads'])) return '';
  return operation === 'PutEvents' ? ` ${resource.split('/').at(-1)}` : '';
}

function callerNamed(name: string): string {
  const found = Object.entries(CALLERS).find(([, part]) => name.toLowerCase().includes(part));
  // An unknown one has no row: the test that compares says so by its name.
  return found?.[0] ?? name;
}
