import { AwsError } from '../shared/aws-error.ts';
import type { GeneratedSecret } from './properties.ts';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

export type PasswordOptions = Omit<GeneratedSecret, 'GenerateStringKey' | 'SecretStringTemplate'>;

/** A random integer from 0 up to, but not including, `below`. */
export type RandomInt = (below: number) => number;

/** A password by the rules of GetRandomPassword. Throws InvalidParameterException if no password meets them. */
export function randomPassword(options: PasswordOptions, randomInt: RandomInt): string {
  const types = [
    options.ExcludeLowercase ? '' : LOWERCASE,
    options.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
    options.ExcludeNumbers ? '' : NUMBERS,
    options.ExcludePunctuation ? '' : PUNCTUATION,
    options.IncludeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((each) => !options.ExcludeCharacters.includes(each)))
    .filter((type) => type.length > 0);
  const all = types.flat();
  const required = options.RequireEachIncludedType ? types : [];
  if (all.length === 0 || required.length > options.PasswordLength) {
    throw new AwsError(
      'InvalidParameterException',
      `A password of ${options.PasswordLength} characters with ${types.length} types of characters is not possible.`,
    );
  }
  const pick = (from: readonly string[]) => from[randomInt(from.length)] ?? '';
  const characters = required.map(pick);
  while (characters.length < options.PasswordLength) characters.push(pick(all));
  return shuffled(characters, randomInt).join('');
}

/** The value that GenerateSecretString makes: a password, or the template with the password in one member. */
export function generateSecret(
  { GenerateStringKey, SecretStringTemplate, ...options }: GeneratedSecret,
  randomInt: RandomInt,
): string {
  const password = randomPassword(options, randomInt);
  if (GenerateStringKey === undefined) return password;
  const template = JSON.parse(SecretStringTemplate ?? '{}') as Record<string, unknown>;
  return JSON.stringify({ ...template, [GenerateStringKey]: password });
}

function shuffled(values: readonly string[], randomInt: RandomInt): string[] {
  const result = [...values];
  for (let index = result.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [result[index], result[other]] = [result[other] ?? '', result[index] ?? ''];
  }
  return result;
}
