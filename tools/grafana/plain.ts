// What JSON can hold of a type of Grafana's, where a text stands for the member of an enum.
export type Plain<T> = T extends string
  ? `${T}`
  : T extends number | boolean | null | undefined
    ? T
    : T extends (infer Item)[]
      ? Plain<Item>[]
      : { [Key in keyof T]: Plain<T[Key]> };

// Any part of it: for the rest Grafana has defaults.
export type Part<T> = T extends (infer Item)[]
  ? Part<Item>[]
  : T extends object
    ? { [Key in keyof T]?: Part<T[Key]> }
    : T;
