/** The result of one case of a suite. */
export type Outcome =
  | { readonly name: string; readonly state: 'agrees' }
  | { readonly name: string; readonly state: 'differs' | 'did not run'; readonly why: string };

/** The result of a suite: its cases; or, if it could not run, one sentence for each thing that is missing. */
export type SuiteResult =
  | { readonly outcomes: readonly Outcome[] }
  | { readonly missing: readonly string[] };

/** Prints one line for a person. */
export type Print = (line: string) => void;
