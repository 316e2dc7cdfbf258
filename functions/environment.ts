import { type FunctionName, type ReadEnvironment, readEnvironment } from '../core/environment.ts';

/**
 * The function's environment, checked once at cold start: the one place that reads `process.env`.
 * @throws EnvironmentError naming each variable that is missing or wrong
 */
export function environmentOf<Name extends FunctionName>(name: Name): ReadEnvironment<Name> {
  return readEnvironment(name, process.env);
}
