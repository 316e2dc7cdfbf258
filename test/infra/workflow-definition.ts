import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PATH = join(import.meta.dirname, '..', '..', 'statemachines', 'process-upload.asl.json');

export interface AslState {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: unknown;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts?: number;
    readonly JitterStrategy?: string;
    readonly MaxDelaySeconds?: number;
  }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Default?: string;
  readonly Next?: string;
}

export interface AslDefinition {
  readonly QueryLanguage: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, AslState>>;
}

/** The workflow as in its file. */
export const definitionText = readFileSync(PATH, 'utf8');

/** The workflow with `the-<Placeholder>` in place of the names and ARNs that the template inserts, in partition `aws`, and 20 jobs, 5 of an owner. */
export const substitutedText = definitionText
  .replaceAll(/\$\{Partition\}/g, 'aws')
  .replaceAll(/\$\{JobsAtOnce\}/g, '20')
  .replaceAll(/\$\{JobsAtOncePerOwner\}/g, '5')
  .replaceAll(/\$\{(\w+)\}/g, 'the-$1');

export const definition = JSON.parse(substitutedText) as AslDefinition;

export const tasks = Object.entries(definition.States).filter(([, state]) => state.Type === 'Task');
