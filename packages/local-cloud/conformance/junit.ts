import { XMLParser } from 'fast-xml-parser';
import type { Outcome } from './outcome.ts';

const MAX_LENGTH = 240;

/** boto3 refuses unknown parameters before it sends a request, so the result says nothing about the S3. */
const UNKNOWN_PARAMETER =
  /ParamValidationError: Parameter validation failed:\s*Unknown parameter in [^:]+: "(\w+)"/;

interface Problem {
  readonly '@message'?: string;
}

interface TestCase {
  readonly '@name'?: string;
  readonly failure?: readonly Problem[];
  readonly error?: readonly Problem[];
  readonly skipped?: readonly Problem[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  // Line breaks of a message are written as &#10;.
  htmlEntities: true,
  isArray: (tag) => ['testsuite', 'testcase', 'failure', 'error', 'skipped'].includes(tag),
});

/**
 * Reads pytest's JUnit XML (junit_family xunit2). A test whose teardown fails has a second entry; one failed
 * entry is enough for `differs`. The result has only the tests of the report.
 */
export function readJunit(xml: string): Map<string, Outcome> {
  const suites = parser.parse(xml)?.testsuites?.testsuite as
    | readonly { testcase?: readonly TestCase[] }[]
    | undefined;
  if (suites === undefined) throw new Error('The report of pytest is not JUnit XML.');
  const outcomes = new Map<string, Outcome>();
  for (const testCase of suites.flatMap(({ testcase = [] }) => testcase)) {
    const outcome = outcomeOf(testCase);
    if (outcomes.get(outcome.name)?.state !== 'differs') outcomes.set(outcome.name, outcome);
  }
  return outcomes;
}

function outcomeOf({ '@name': name = '', failure, error, skipped }: TestCase): Outcome {
  const problem = failure?.[0] ?? error?.[0];
  if (problem !== undefined) {
    const message = problem['@message'] ?? '';
    const unknown = UNKNOWN_PARAMETER.exec(message)?.[1];
    return unknown === undefined
      ? { name, state: 'differs', why: shortened(message) }
      : {
          name,
          state: 'did not run',
          why: `this version of boto3 is too old: it has no parameter ${unknown}`,
        };
  }
  const skip = skipped?.[0];
  if (skip === undefined) return { name, state: 'agrees' };
  return { name, state: 'did not run', why: shortened(skip['@message'] ?? 'skipped') };
}

/** The first line, or the second of a refusal by boto3, whose first line has no detail. */
function shortened(message: string): string {
  const [first = '', second = ''] = message.split('\n').map((line) => line.trim());
  const line = (first.endsWith('Parameter validation failed:') ? second : first) || 'no message';
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} …` : line;
}
