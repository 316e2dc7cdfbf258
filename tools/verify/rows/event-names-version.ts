import { asAssumed, differs, type Row, unknown } from '../row.ts';

export const eventNamesVersion: Row = {
  id: 'event-names-version',
  assumption:
    'The Object Created event of a completed multipart upload has version-id, etag and size.',
  observe({ videos }) {
    const { execution, problem } = videos.multipart;
    if (execution === undefined)
      return unknown(`There is no execution: ${problem ?? 'none was started'}.`);
    const { detail = {} } = execution.input as { detail?: { object?: Record<string, unknown> } };
    const object = detail.object ?? {};
    const missing = ['version-id', 'etag', 'size'].filter((name) => object[name] === undefined);
    if (missing.length > 0)
      return differs(
        `The event has no ${missing.join(', ')}; it has ${Object.keys(object).join(', ')}.`,
      );
    return asAssumed('The event has version-id, etag and size.');
  },
  followsIfDiffers:
    'Without a version the workflow inspects, transcodes and publishes the current version of the key, protected only by the refusal to overwrite. Without etag or size the execution ends in InputInvalid.',
};
