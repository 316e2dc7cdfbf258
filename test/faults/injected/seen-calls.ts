import type { SeenCall } from '@reelgate/local-cloud';

/** Callers, by a part of the name of their role, function or service in the templates. */
export const CALLERS = {
  'create-upload': 'createupload',
  'sign-parts': 'signparts',
  'list-parts': 'listparts',
  'get-upload': 'getupload',
  'list-uploads': 'listuploads',
  'complete-upload': 'completeupload',
  'cancel-upload': 'cancelupload',
  'retry-upload': 'retryupload',
  'inspect-media': 'inspectmedia',
  'publish-video': 'publishvideo',
  'rotate-signing-keys': 'signingkeysrotate',
  'admit-upload': 'admitupload',
  'release-slot': 'releaseslot',
  'record-job': 'recordjob',
  'accept-form': 'acceptform',
  'reconcile-uploads': 'reconcileuploads',
  workflow: 'processuploadrole',
  MediaConvert: 'transcodingrole',
  'PUT URL': 'objectsigner',
  'part URL': 'signerrole',
  'a form': 'anonymous',
  'object rule': 'objectcreatedrole',
  'API Gateway': 'apigateway.amazonaws.com',
  EventBridge: 'events.amazonaws.com',
} as const;

export type Caller = keyof typeof CALLERS;

/** A call site of the pipeline: `create-upload: dynamodb GetItem`, or the run of a function. */
export interface CallSite {
  readonly who: Caller;
  /** `function` for the run of a function. */
  readonly service: string;
  readonly operation: string;
  /** The called function or bucket, if the caller has several. */
  readonly at?: string;
}

/** The call site as text, which `parseSite` parses. */
export function siteOf(call: SeenCall): string | undefined {
  const { service, operation, caller, resource } = call;
  // Events have their own rows; the operator's calls come from the tests.
  if (service === 'event' || caller === 'root') return undefined;
  if (service === 'function') return `${callerNamed(resource)}: function Run`;
  return `${callerNamed(caller)}: ${service} ${operation}${whereOf(call)}`;
}

export function parseSite(text: string): CallSite {
  const [, who, service, operation, at] = /^(.+?): ([\w-]+) (\w+)(?: (.+))?$/.exec(text) ?? [];
  if (who === undefined || service === undefined || operation === undefined) {
    throw new Error(`Not a call: ${JSON.stringify(text)}; wanted "who: service Operation at".`);
  }
  return { who: who as Caller, service, operation, ...(at !== undefined && { at }) };
}

function whereOf({ service, operation, resource, caller }: SeenCall): string {
  if (service === 'lambda') return ` ${callerNamed(resource)}`;
  if (service === 's3') return resource.includes('outputbucket') ? ' outputs' : ' sources';
  // The announcements of the reconciler depend on the uploads that have ended before.
  if (caller.includes(CALLERS['reconcile-uploads'])) return '';
  return operation === 'PutEvents' ? ` ${resource.split('/').at(-1)}` : '';
}

function callerNamed(name: string): string {
  const found = Object.entries(CALLERS).find(([, part]) => name.toLowerCase().includes(part));
  // An unknown call has no row; the comparison reports it by name.
  return found?.[0] ?? name;
}
