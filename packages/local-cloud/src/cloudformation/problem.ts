/** One thing in the templates that the local cloud cannot host. */
export interface Problem {
  readonly stack: string;
  readonly logicalId?: string;
  readonly type?: string;
  /** The construct's path in the CDK app (`aws:cdk:path`). */
  readonly cdkPath?: string;
  /** What was found and what is allowed. */
  readonly message: string;
}

/** All problems of an assembly at once, one line each. */
export class UnsupportedAssembly extends Error {
  override readonly name = 'UnsupportedAssembly';
  readonly problems: readonly Problem[];

  /** `allowed` is said once, behind all problems. */
  constructor(problems: readonly Problem[], allowed?: string) {
    const lines = [...problems.map(line), ...(allowed ? [allowed] : [])];
    super(
      `The local cloud cannot host this assembly:\n${lines.map((each) => `  ${each}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

function line({ stack, logicalId, type, cdkPath, message }: Problem): string {
  const where = logicalId ? `${stack}.${logicalId}` : stack;
  const what = [type, cdkPath].filter(Boolean).join(', ');
  return `${where}${what ? ` (${what})` : ''}: ${message}`;
}

/** Wrong in one place of a template; becomes a Problem where the place is known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
