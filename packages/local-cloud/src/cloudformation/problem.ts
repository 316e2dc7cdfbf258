/** One reason why the local cloud cannot host an assembly. */
export interface Problem {
  readonly stack: string;
  readonly logicalId?: string;
  readonly type?: string;
  /** The path of the construct in the CDK app (`aws:cdk:path`). */
  readonly cdkPath?: string;
  /** The value and the allowed values. */
  readonly message: string;
}

/** An assembly cannot be hosted. The message has one line for each problem. */
export class UnsupportedAssembly extends Error {
  override readonly name = 'UnsupportedAssembly';
  readonly problems: readonly Problem[];

  /** `allowed` is the last line of the message. */
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

/** A mistake at one place of a template. It becomes a Problem where the place is known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}
