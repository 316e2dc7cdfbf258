/** One finding about a definition, in the form of ValidateStateMachineDefinition. */
export interface Problem {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: ProblemCode;
  readonly message: string;
  /** JSON-Pointer-like: `/States/Start/Choices[0]/Next`. */
  readonly location: string;
}

export type ProblemCode =
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_JSON_DESCRIPTION'
  | 'NOT_SUPPORTED_HERE';

/** Collects what is wrong with a definition, each with its place. */
export class Problems {
  readonly found: Problem[] = [];

  add(location: string, message: string, code: ProblemCode = 'SCHEMA_VALIDATION_FAILED'): void {
    this.found.push({ severity: 'ERROR', code, message, location });
  }
}

/** The service's sentence for an InvalidDefinition. */
export function problemsText(problems: readonly Problem[]): string {
  const each = problems.map(({ code, message, location }) => `${code}: ${message} at ${location}`);
  return `Invalid State Machine Definition: '${each.join(', ')}'`;
}
