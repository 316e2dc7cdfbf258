/** One finding about a definition, in the form of ValidateStateMachineDefinition. */
export interface Problem {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: ProblemCode;
  readonly message: string;
  /** In the form of a JSON Pointer: `/States/Start/Choices[0]/Next`. */
  readonly location: string;
}

export type ProblemCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_JSON_DESCRIPTION'
  | 'NOT_SUPPORTED_HERE';

/** Collects the mistakes of a definition with their places. */
export class Problems {
  readonly found: Problem[] = [];

  add(location: string, message: string, code: ProblemCode = 'SCHEMA_VALIDATION_FAILED'): void {
    this.found.push({ severity: 'ERROR', code, message, location });
  }
}

/** The message of InvalidDefinition, as in the service. */
export function problemsText(problems: readonly Problem[]): string {
  const each = problems.map(({ code, message, location }) => `${code}: ${message} at ${location}`);
  return `Invalid State Machine Definition: '${each.join(', ')}'`;
}
