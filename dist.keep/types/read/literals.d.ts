/**
 * Lists as programs print them into a cell: JSON's `["a", "b"]`, Python's `['a', 'b']`, `('a',)` and `{'a', 'b'}`, NumPy's
 * `['a' 'b']` and `array(['a'], dtype=object)`, Java's `[a, b]`, PostgreSQL's `{a,"b c"}`. One grammar takes them all:
 *
 *     list    = open (value [","])* close                 of one kind: [ ], ( ) or { }
 *     record  = "{" (value ":" value [","])* "}"
 *     value   = list | record | quoted | bare             bare: up to the next comma; in ( ) a number or a constant
 *
 * One value in ( ) has a comma behind it, as in Python: (1.50) is money that is owed.
 */
/** A value in a list: a text, a list, or a record by its keys; null where it is None, null or nan. */
export type Literal = string | null | Literal[] | {
    [key: string]: Literal;
};
/** The list that a text spells; null where it spells none. */
export declare function listLiteral(text: string): Literal[] | null;
