import type { FunctionName, ReadEnvironment } from '../../../core/environment.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { environmentOf, runsInLambda } from './environment.ts';
import { lambdaRuntime } from './lambda-runtime.ts';

/**
 * The handler that `build` returns, with the function's environment and runtime. In Lambda it is built while the
 * module loads, so that the cold start includes it; elsewhere at the first call, so that a test can import the module
 * without environment variables.
 */
export function lambdaHandler<Name extends FunctionName, Args extends unknown[], Result>(
  name: Name,
  build: (environment: ReadEnvironment<Name>, runtime: Runtime) => (...args: Args) => Result,
): (...args: Args) => Result {
  const handler = () => build(environmentOf(name), lambdaRuntime());
  if (runsInLambda()) return handler();
  let built: ReturnType<typeof handler> | undefined;
  return (...args) => {
    built ??= handler();
    return built(...args);
  };
}
