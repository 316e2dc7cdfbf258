import { XMLParser } from 'fast-xml-parser';
import type { Outcome } from './part.ts';

const LONGEST = 240;

/** boto3 refuses parameters that it does not know before it sends anything: that says nothing of the S3. */
const UNKNOWN_PARAMETER =
  /ParamValidationError: Parameter validation failed:\s*Unknown parameter in [^:]+: "(\w+)"/;

interface Verdict {
  readonly '@message'?: string;
}

interface TestCase {
  readonly '@name'?: string;
  readonly failure?: readonly Verdict[];
  readonly error?: readonly Verdict[];
  readonly skipped?: readonly Verdict[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  // The line breaks of a message come as &#10;.
  htmlEntities: true,
  isArray: (tag) => ['testsuite', 'testcase', 'failure', 'error', 'skipped'].includes(tag),
});

/**
 * Reads pytest's JUnit XML (junit_family xunit2). A test has an entry more when its teardown fails; any of its
 * entries makes it differ. Tests that are not in the report are not in the answer.
 */
export function readJunit(xml: string): Map<string, Outcome> {
  const suites = parser.parse(xml)?.testsuites?.testsuite as
    | readonly { testcase?: readonly TestCase[] }[]
    | undefined;
  if (suites === undefined) throw new Error('What pytest wrote is no JUnit report.');
  const outcomes = new Map<string, Outcome>();
  for (const testCase of suites.flatMap(({ testcase = [] }) => testcase)) {
    const outcome = outcomeOf(testCase);
    if (outcomes.get(outcome.name)?.state !== 'differs') outcomes.set(outcome.name, outcome);
  }
  return outcomes;
}

function outcomeOf({ '@name': name = '', failure, error, skipped }: TestCase): Outcome {
  const bad = failure?.[0] ?? error?.[0];
  if (bad !== undefined) {
    const message = bad['@message'] ?? '';
    const unknown = UNKNOWN_PARAMETER.exec(message)?.[1];
    return unknown === undefined
      ? { name, state: 'differs', why: said(message) }
      : {
          name,
          state: 'did not run',
          why: `this boto3 is too old, it has no parameter ${unknown}`,
        };
  }
  const skip = skipped?.[0];
  if (skip === undefined) return { name, state: 'agrees' };
  return { name, state: 'did not run', why: said(skip['@message'] ?? 'skipped') };
}

/** The first line; of boto3's refusals, whose first line says nothing, the second. */
function said(message: string): string {
  const [first = '', second = ''] = message.split('\n').map((line) => line.trim());
  const line = (first.endsWith('Parameter validation failed:') ? second : first) || 'no message';
  return line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line;
}
