/** https://www.sqlite.org/rescode.html#full */
const SQLITE_FULL = 13;

/** Whether an error, or one of its causes, means that the disk (or the user's share of it) is full. */
export function isDiskFull(error: unknown): boolean {
  for (let each = error; typeof each === 'object' && each !== null; each = causeOf(each)) {
    const { code, errcode } = each as { readonly code?: unknown; readonly errcode?: unknown };
    if (code === 'ENOSPC' || code === 'EDQUOT') return true;
    if (typeof errcode === 'number' && (errcode & 0xff) === SQLITE_FULL) return true;
  }
  return false;
}

function causeOf(error: object): unknown {
  return 'cause' in error ? error.cause : undefined;
}

/** One sentence for the terminal and for clients. */
export function diskFullMessage(error: unknown): string {
  const { message } = error as { readonly message?: unknown };
  const text = String(message ?? error);
  return text.startsWith('The disk is full')
    ? text
    : `The disk is full (${text}). Free some space.`;
}
