type Hook = () => void | Promise<void>;

/**
 * Records the calls of in-memory ports by name (`uploads.changeStatus`), and lets a test act between them: what
 * another process does at that moment, or an error.
 */
export class Calls {
  readonly made: string[] = [];
  private readonly hooks = new Map<string, Hook>();

  /** Once, before the next call of `name` takes effect. */
  before(name: string, hook: Hook): void {
    this.hooks.set(`before ${name}`, hook);
  }

  /** Once, after the next call of `name` has taken effect: an error here is a response that was lost. */
  after(name: string, hook: Hook): void {
    this.hooks.set(`after ${name}`, hook);
  }

  /** The same port, with every method recorded under `<port>.<method>`. */
  watch<Port extends object>(port: string, methods: Port): Port {
    const watched = Object.entries(methods).map(([method, run]) => {
      const name = `${port}.${method}`;
      return [
        method,
        async (...args: unknown[]) => {
          this.made.push(name);
          await this.run(`before ${name}`);
          const result = await run(...args);
          await this.run(`after ${name}`);
          return result;
        },
      ];
    });
    return Object.fromEntries(watched) as Port;
  }

  private async run(name: string): Promise<void> {
    const hook = this.hooks.get(name);
    this.hooks.delete(name);
    await hook?.();
  }
}
