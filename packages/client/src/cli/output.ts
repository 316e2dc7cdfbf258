/** Where results and errors are written. */
export interface Output {
  out(text: string): void;
  error(text: string): void;
  /** Width of standard output; undefined if it is not a terminal. */
  readonly columns: number | undefined;
}
