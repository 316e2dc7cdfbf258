import { AwsError } from '../shared/aws-error.ts';
import type { SecretStore, SecretValue } from './secret-store.ts';

export const CURRENT = 'AWSCURRENT';
export const PENDING = 'AWSPENDING';
export const PREVIOUS = 'AWSPREVIOUS';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_LABELS = 20;
const MAX_VERSIONS = 100;

/**
 * Stores a version with its labels. A version that exists must have the same content; a version without content
 * gets it. Throws ResourceExistsException.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function putVersion(
  store: SecretStore,
  arn: string,
  version: { id: string; content: SecretValue; labels: readonly string[] | undefined },
  now: number,
): void {
  const existing = store.version(arn, version.id);
  const { content } = existing ?? {};
  if (content !== undefined) {
    if (content.kind === version.content.kind && content.value === version.content.value) return;
    throw new AwsError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${version.id} because that value is already in use for a version of secret ${arn}.`,
    );
  }
  store.putVersion(arn, version.id, version.content, now);
  const isFirst = !store.labels(arn).has(CURRENT);
  const labels = version.labels ?? [CURRENT];
  for (const label of isFirst ? new Set([...labels, CURRENT]) : labels)
    attachLabel(store, arn, label, version.id);
  store.change(arn, now);
  dropOldVersions(store, arn);
}

/** Attaches a label; the version that AWSCURRENT leaves gets AWSPREVIOUS. Throws LimitExceededException. */
export function attachLabel(store: SecretStore, arn: string, label: string, version: string): void {
  const before = store.labels(arn);
  const attached = [...before.values()].filter((each) => each === version).length;
  if (before.get(label) !== version && attached >= MAX_LABELS) {
    throw new AwsError(
      'LimitExceededException',
      `A version can have at most ${MAX_LABELS} staging labels.`,
    );
  }
  store.setLabel(arn, label, version);
  const left = before.get(label);
  if (label === CURRENT && left !== undefined && left !== version)
    store.setLabel(arn, PREVIOUS, left);
}

/**
 * Moves or removes a label by the rules of UpdateSecretVersionStage. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function moveLabel(
  store: SecretStore,
  arn: string,
  move: { label: string; to: string | undefined; from: string | undefined },
): void {
  const { label, to, from } = move;
  const holder = store.labels(arn).get(label);
  const invalid = (message: string) => new AwsError('InvalidParameterException', message);
  if (to === undefined && from === undefined)
    throw invalid('You must specify MoveToVersionId, RemoveFromVersionId or both.');
  if (to === undefined && label === CURRENT)
    throw invalid(`You can't remove the staging label ${CURRENT}; move it to another version.`);
  for (const id of [to, from]) {
    if (id !== undefined && store.version(arn, id) === undefined) throw noVersion(id);
  }
  if (to !== undefined && to === holder) return;
  if (holder !== undefined && from === undefined) {
    throw invalid(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (from !== undefined && from !== holder)
    throw invalid(`Staging label ${label} is not currently attached to version ${from}.`);
  if (to === undefined) store.setLabel(arn, label, undefined);
  else attachLabel(store, arn, label, to);
}

/** The version that is not current and has AWSPENDING: a rotation is not complete. */
export function pendingVersion(store: SecretStore, arn: string): string | undefined {
  const labels = store.labels(arn);
  const pending = labels.get(PENDING);
  return pending === labels.get(CURRENT) ? undefined : pending;
}

function noVersion(id: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret version ${id}.`,
  );
}

/** Secrets Manager removes versions without labels when there are more than 100. */
function dropOldVersions(store: SecretStore, arn: string): void {
  const versions = store.versions(arn);
  const deprecated = versions.filter(({ labels }) => labels.length === 0);
  for (const { id } of deprecated.slice(0, Math.max(0, versions.length - MAX_VERSIONS)))
    store.removeVersion(arn, id);
}
