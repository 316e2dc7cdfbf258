/** A value in the protocol's form; numbers are in normal form. */
export type Value = Readonly<Record<string, unknown>>;
export type Attributes = Readonly<Record<string, Value>>;
export type KeyType = 'S' | 'N' | 'B';

/** Attributes that can be keys; the names say of what. */
export const KEYS = { partition: 'pk', sort: 'sk', local: 'lk', global: 'gp', globalSort: 'gs' };

export interface TableSpec {
  readonly types: Readonly<Record<string, KeyType>>;
  readonly hasSort: boolean;
  readonly local: boolean;
  readonly global: boolean;
  readonly globalSort: boolean;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
}

export type Condition =
  | { readonly is: 'compare'; readonly name: string; readonly by: string; readonly value: Value }
  | { readonly is: 'exists' | 'missing'; readonly name: string }
  | { readonly is: 'begins' | 'contains'; readonly name: string; readonly value: Value }
  | { readonly is: 'type'; readonly name: string; readonly type: string }
  | { readonly is: 'between'; readonly name: string; readonly low: Value; readonly high: Value }
  | { readonly is: 'in'; readonly name: string; readonly values: readonly Value[] }
  | { readonly is: 'size'; readonly name: string; readonly by: string; readonly size: number }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly is: 'not'; readonly part: Condition };

export type UpdateStep =
  | { readonly does: 'set'; readonly name: string; readonly value: Value }
  | { readonly does: 'copy'; readonly name: string; readonly from: string }
  | { readonly does: 'default'; readonly name: string; readonly value: Value }
  | { readonly does: 'plus' | 'minus'; readonly name: string; readonly value: Value }
  | { readonly does: 'append'; readonly name: string; readonly value: Value }
  | {
      readonly does: 'setChild';
      readonly name: string;
      readonly child: string;
      readonly value: Value;
    }
  | {
      readonly does: 'setElement';
      readonly name: string;
      readonly at: number;
      readonly value: Value;
    }
  | { readonly does: 'remove'; readonly name: string }
  | { readonly does: 'removeElement'; readonly name: string; readonly at: number }
  | { readonly does: 'add' | 'delete'; readonly name: string; readonly value: Value };

export interface Write {
  readonly kind: 'put' | 'update' | 'delete' | 'check';
  /** The item of a put, the key of all others. */
  readonly item: Attributes;
  readonly steps: readonly UpdateStep[];
  readonly condition?: Condition | undefined;
}

export type SortCondition =
  | { readonly by: '=' | '<' | '<=' | '>' | '>='; readonly value: Value }
  | { readonly by: 'between'; readonly low: Value; readonly high: Value }
  | { readonly by: 'begins'; readonly value: Value };

export type ReturnValues = 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';

export type Step =
  | { readonly do: 'get'; readonly key: Attributes; readonly project: readonly string[] }
  | { readonly do: 'write'; readonly write: Write; readonly returns: ReturnValues }
  | { readonly do: 'batch'; readonly writes: readonly Write[] }
  | { readonly do: 'transact'; readonly writes: readonly Write[] }
  | {
      readonly do: 'query';
      readonly index?: 'local' | 'global' | undefined;
      readonly partition: Value;
      readonly sort?: SortCondition | undefined;
      readonly filter?: Condition | undefined;
      readonly reverse: boolean;
      readonly limit?: number | undefined;
    }
  | {
      readonly do: 'scan';
      readonly index?: 'local' | 'global' | undefined;
      readonly filter?: Condition | undefined;
      readonly segments: number;
    };
