/** The moment of a date that can mean one only; undefined: it is none. */
export declare function spelledSeconds(spelled: string): number | undefined;
/** The first moment of a month; undefined: it is none. */
export declare function monthSeconds(spelled: string): number | undefined;
/** Whether a text may be a year among other dates. */
export declare const isYear: (text: string) => boolean;
/** Both readings of a date that ends in its year: the day first, and the month first. */
export declare function yearLast(text: string): {
    dayFirst: number | undefined;
    monthFirst: number | undefined;
    dots: boolean;
} | null;
export declare function compactSeconds(value: number): number | undefined;
