import type { Outcome } from './model.ts';
import type { Step, Write } from './sequence.ts';
import { outcomeText } from './subject.ts';

/** A case in which DynamoDB Local responds differently from the engine. */
interface KnownDifference {
  readonly what: string;
  /** `unknown` where no source says what AWS does. */
  readonly right: 'engine' | 'DynamoDB Local' | 'unknown';
  readonly source: string;
  applies(step: Step, engine: Outcome, local: Outcome): boolean;
}

const TRANSACTION_REASONS =
  'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html, list of cancellation reasons';

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'An update that does not fit its item, or a key of a wrong type, in a transaction: a reason to cancel with the code ValidationError, not a ValidationException',
    right: 'engine',
    source: TRANSACTION_REASONS,
    applies: (step, engine, local) =>
      step.do === 'transact' && refusal(engine) === CANCELED && refusal(local) === INVALID,
  },
  {
    what: 'Two actions on one item are refused before any condition is looked at',
    right: 'engine',
    source: 'nubo-db/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts',
    applies: (step, engine, local) =>
      step.do === 'transact' && refusal(engine) === INVALID && refusal(local) === CANCELED,
  },
  {
    what: 'UPDATED_OLD and UPDATED_NEW of a part of a list or map return that part, not the whole attribute',
    right: 'unknown',
    source: 'The documentation says «only the updated attributes»: API_UpdateItem.html',
    applies: (step, engine, local) =>
      step.do === 'write' &&
      step.returns.startsWith('UPDATED') &&
      changesPart(step.write) &&
      'items' in engine &&
      'items' in local,
  },
  {
    what: 'The filter of a scan of an index sees what the index projects, not the whole item',
    right: 'engine',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html: an index has no other attributes than the projected ones. For local indexes no source says it.',
    applies: (step, engine, local) =>
      step.do === 'scan' &&
      step.index !== undefined &&
      step.filter !== undefined &&
      'items' in engine &&
      'items' in local,
  },
  {
    what: 'An update cannot give an index key another type',
    right: 'engine',
    source: TRANSACTION_REASONS,
    applies: (step, engine, local) =>
      updates(step) && refusal(engine) !== undefined && refusal(local) !== refusal(engine),
  },
  {
    what: 'A number that arithmetic makes zero is 0; DynamoDB Local keeps the decimal places (0.000)',
    right: 'engine',
    source:
      'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html: leading and trailing zeros are trimmed',
    applies: (_, engine, local) => outcomeText(engine) === outcomeText(withPlainZeros(local)),
  },
];

const CANCELED = 'TransactionCanceledException';
const INVALID = 'ValidationException';

function refusal(outcome: Outcome): string | undefined {
  return 'refused' in outcome ? outcome.refused : undefined;
}

function changesPart({ steps }: Write): boolean {
  return steps.some(({ does }) => ['setChild', 'setElement', 'removeElement'].includes(does));
}

/** Whether a step sets an attribute that may be the key of an index. */
function updates(step: Step): boolean {
  const writes = step.do === 'write' ? [step.write] : step.do === 'transact' ? step.writes : [];
  return writes.some(({ steps }) =>
    steps.some(({ does, name }) => does === 'set' && ['lk', 'gp', 'gs'].includes(name)),
  );
}

function withPlainZeros(outcome: Outcome): Outcome {
  return JSON.parse(JSON.stringify(outcome).replace(/"N":"-?0\.0+"/g, '"N":"0"')) as Outcome;
}
