import { AwsError } from '../shared/aws-error.ts';
import type { CloudEvent } from '../shared/events.ts';
import { compilePath } from './event-path.ts';
import type { Target } from './properties.ts';

export interface InputFacts {
  readonly event: CloudEvent;
  readonly ruleArn: string;
  readonly ruleName: string;
  /** ISO 8601. */
  readonly ingestionTime: string;
}

/** The text that a target receives for an event. */
export type TargetInput = (facts: InputFacts) => string;

const MAX_PATHS = 100;
/** `<name>`: a name of InputPathsMap, or a variable of EventBridge. */
const PLACEHOLDER = /<([\w.-]+)>/g;

/**
 * A target's input: the event, a constant, a part of the event, or a template. Throws ValidationException
 * for a template that names an unknown variable.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileInput(target: Target): TargetInput {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return () => Input;
  if (InputPath !== undefined) {
    const select = compilePath(InputPath);
    return ({ event }) => JSON.stringify(select(event) ?? {});
  }
  if (InputTransformer !== undefined) return compileTemplate(InputTransformer);
  return ({ event }) => JSON.stringify(event);
}

function compileTemplate(transformer: NonNullable<Target['InputTransformer']>): TargetInput {
  const { InputTemplate, InputPathsMap = {} } = transformer;
  const paths = new Map(
    Object.entries(InputPathsMap).map(([name, path]) => [name, compilePath(path)] as const),
  );
  if (paths.size > MAX_PATHS)
    throw new AwsError(
      'ValidationException',
      `An input transformer has at most ${MAX_PATHS} paths.`,
    );
  for (const [, name = ''] of InputTemplate.matchAll(PLACEHOLDER))
    if (!paths.has(name) && reserved(name) === undefined)
      throw new AwsError(
        'ValidationException',
        `InputTemplate names <${name}>; InputPathsMap has ${[...paths.keys()].join(', ') || 'nothing'}.`,
      );
  const pieces = splitTemplate(InputTemplate);
  return (facts) =>
    pieces
      .map((piece) => {
        if (piece.kind === 'text') return piece.text;
        const select = paths.get(piece.name);
        const value = select === undefined ? reserved(piece.name)?.(facts) : select(facts.event);
        return piece.quoted ? insideText(value) : asJson(value);
      })
      .join('');
}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string; readonly quoted: boolean };

/** Splits the template at its placeholders. Inside quotes a value becomes a part of the text. */
function splitTemplate(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let quoted = false;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const text = template.slice(at, match.index);
    quoted = text.replaceAll(/\\./g, '').split('"').length % 2 === 0 ? !quoted : quoted;
    pieces.push({ kind: 'text', text });
    pieces.push({ kind: 'variable', name: match[1] ?? '', quoted });
    at = match.index + match[0].length;
  }
  return [...pieces, { kind: 'text', text: template.slice(at) }];
}

function reserved(name: string): ((facts: InputFacts) => unknown) | undefined {
  switch (name) {
    case 'aws.events.rule-arn':
      return ({ ruleArn }) => ruleArn;
    case 'aws.events.rule-name':
      return ({ ruleName }) => ruleName;
    case 'aws.events.event.ingestion-time':
      return ({ ingestionTime }) => ingestionTime;
    case 'aws.events.event':
    case 'aws.events.event.json':
      return ({ event }) => event;
    default:
      return undefined;
  }
}

/** A path without a value gives an empty text. */
function asJson(value: unknown): string {
  return JSON.stringify(value ?? '');
}

function insideText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
  return value === undefined ? '' : JSON.stringify(text).slice(1, -1);
}
